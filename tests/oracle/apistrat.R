# R session behind test_apistrat.py: Rscript tests/oracle/apistrat.R > tests/oracle/apistrat.csv
# R survey's own data set apistrat: 200 schools in three strata (E, M, H) with known population sizes.
library(survey)
data(api)
apistrat$high <- as.integer(apistrat$api00 > 700)
# Each answer counts once (weight 1), fpc = population size per stratum: the reference survey's design.
design <- svydesign(id = ~1, strata = ~stype, weights = rep(1, nrow(apistrat)), fpc = ~fpc, data = apistrat)
# Response weights N/n: `weights: response`.
weighted <- svydesign(id = ~1, strata = ~stype, fpc = ~fpc, data = apistrat)
out <- function(name, value, se) cat(sprintf("%s,%.17g,%.17g\n", name, value, se))
cat("name,value,se\n")
for (kind in c("none", "response")) {
  d <- if (kind == "none") design else weighted
  m <- svymean(~high, d)
  out(paste0(kind, ":all"), coef(m), SE(m))
  by <- svyby(~high, ~stype, d, svymean, covmat = TRUE)
  for (g in c("E", "M", "H")) out(paste0(kind, ":stype=", tolower(g)), coef(by)[[g]], SE(by)[[which(by$stype == g)]])
  two <- svyby(~high, ~awards, d, svymean, covmat = TRUE)
  for (g in c("No", "Yes")) out(paste0(kind, ":awards=", tolower(g)), coef(two)[[g]], SE(two)[[which(two$awards == g)]])
  gap <- svycontrast(two, c(Yes = 1, No = -1))
  out(paste0(kind, ":awards=yes-no"), coef(gap), SE(gap))
}
