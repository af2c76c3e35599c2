"""answering: where respondents answer; thin Django over `collect` and `web.store`."""
