"""edit: from answers to microdata that hold what the questionnaire allows and nothing else."""
