"""estimate: from microdata and design to cubes. Nothing but a cube leaves this folder."""
