"""web: Django, thin: pages over a release folder, answering over a database, and the commands for both."""
