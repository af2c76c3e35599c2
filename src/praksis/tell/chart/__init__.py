"""Charts as SVG: five kinds, two widths, light and dark, text as text."""
