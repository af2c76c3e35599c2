"""Answers to and from files that others use: CSV, Excel, SPSS and Parquet."""
