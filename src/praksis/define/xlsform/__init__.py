"""Questionnaires as XLSForms (https://xlsform.org), the workbooks that ODK, KoboToolbox and others read: both ways."""
