"""rehearse: synthetic answers, to try a questionnaire before anyone is asked and to rebuild published figures."""
