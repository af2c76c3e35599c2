"""define: what we ask, whom, how we judge, what we will show; frozen models read from YAML."""
