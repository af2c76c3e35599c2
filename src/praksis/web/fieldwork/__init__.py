"""Running a wave: whom we ask, what we write to them, how it goes. Commands and pages both call what is here."""
