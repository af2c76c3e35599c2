# Rscript tests/oracle/change.R > tests/oracle/change.csv
source("tests/oracle/session.R")
high <- function(api) factor(ifelse(api > 700, "yes", "no"))
gain <- list(`answer=no` = c(-1, 0, 1, 0), `answer=yes` = c(0, -1, 0, 1))
rows <- c("item=high, answer=no", "item=high, answer=yes")

# A panel: the same schools in 1999 and 2000, as two variables of one design.
report_panel <- function(case, design, domain = NULL) {
  design <- update(design, high99 = high(api99), high00 = high(api00))
  both <- svymean(~high99 + high00, design)
  labels <- if (is.null(domain)) rows else among(rows, domain)
  report(case, svycontrast(both, gain), labels)
}
report_panel("srs panel", dsrs)
report_panel("strat panel", dstrat)
report_panel("strat process panel", svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat))
report_panel("strat none panel", svydesign(id = ~1, strata = ~stype, weights = rep(1, 200), fpc = ~fpc, data = apistrat))
for (awards in c("No", "Yes")) {
  report_panel("strat panel by", dstrat[dstrat$variables$awards == awards, ], paste0("awards=", awards))
}
report_panel("clus1 panel", dclus1)
report_panel("clus1 process panel", svydesign(id = ~dnum, weights = ~pw, data = apiclus1))

# Where those who gave each answer have gone: domains of the first answer.
report_transitions <- function(case, design) {
  design <- update(design, before = high(api99), high = high(api00))
  report(case, svyby(~high, ~before, design, svymean, covmat = TRUE), answers("high", design))
}
report_transitions("srs transitions", dsrs)
report_transitions("strat transitions", dstrat)
report_transitions("strat process transitions", svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat))

# Two samples that have nothing to do with each other: the wave is a stratum.
first <- with(apisrs, data.frame(wave = 1, id = snum, stratum = "all", pw, fpc, value = api99))
second <- with(apistrat, data.frame(wave = 2, id = snum, stratum = stype, pw, fpc, value = api00))
stacked <- rbind(first, second)
stacked$both <- interaction(stacked$wave, stacked$stratum, drop = TRUE)
dstacked <- svydesign(id = ~1, strata = ~both, weights = ~pw, fpc = ~fpc, data = stacked)
both <- svyby(~high(value), ~wave, dstacked, svymean, covmat = TRUE)
report("independent", svycontrast(both, list(no = c(-1, 1, 0, 0), yes = c(0, 0, -1, 1))), rows)

# Partly the same schools, no population: those in both waves are one unit of the stack. R's factor n/(n-1) counts the
# units of both waves; each wave's own factor is put in its place, and for the covariance that of the two means.
overlap <- function(case, before, after) {
  stack <- rbind(data.frame(wave = 1, id = before$snum, value = before$api99), data.frame(wave = 2, id = after$snum, value = after$api00))
  means <- svyby(~high(value), ~wave, svydesign(id = ~id, weights = ~rep(1, nrow(stack)), data = stack), svymean, covmat = TRUE)
  n1 <- nrow(before); n2 <- nrow(after); m <- length(intersect(before$snum, after$snum)); n <- n1 + n2 - m
  shared <- 1 / (1 - 1 / n1 - 1 / n2 + m / (n1 * n2))
  own <- (n - 1) / n * matrix(c(n1 / (n1 - 1), shared, shared, n2 / (n2 - 1)), 2)
  for (answer in 1:2) {
    part <- 2 * answer - 1:0
    variance <- vcov(means)[part, part] * own
    write_values(case, rows[answer], "estimate", diff(coef(means)[part]))
    write_values(case, rows[answer], "se", sqrt(sum(variance * c(1, -1, -1, 1))))
  }
}
overlap("overlap", apisrs[1:140, ], apisrs[61:200, ])
overlap("overlap uneven", apisrs[1:180, ], apisrs[101:200, ])
