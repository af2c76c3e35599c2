"""store: what has been collected, kept. The only part of Praksis that knows a database.

Other packages call its functions, which take and return plain values and the types of `collect`.
"""
