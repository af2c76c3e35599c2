# Rscript tests/oracle/calibration.R > tests/oracle/calibration.csv
source("tests/oracle/session.R")

# Post-stratification: one variable, two crossed; one and two stages; then domains.
pop.types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
pop.joint <- xtabs(~stype + sch.wide, apipop)
everything <- function(case, design) {
  report(paste(case, "mean"), svymean(~api00, design, deff = TRUE), items("api00"))
  report(paste(case, "mean"), svymean(~enroll, design, na.rm = TRUE, deff = TRUE), items("enroll"))
  report(paste(case, "total"), svytotal(~api00, design), items("api00"), design)
  report(paste(case, "share"), svymean(~awards, design), answers("awards", design))
  report(paste(case, "ratio"), svyratio(~api00, ~api99, design), items("api00/api99"))
}
everything("clus1 poststratified", postStratify(dclus1, ~stype, pop.types))
everything("clus2 poststratified", postStratify(dclus2, ~stype, pop.types))
everything("srs poststratified", postStratify(dsrs, ~stype, pop.types))
everything("clus1 poststratified twice", postStratify(dclus1, ~stype + sch.wide, pop.joint))
# Calibrating to the answers themselves leaves nothing unknown.
report("clus1 known", svytotal(~stype, postStratify(dclus1, ~stype, pop.types)), answers("stype", dclus1))
dclus1p <- postStratify(dclus1, ~stype, pop.types)
report("clus1 poststratified by", svyby(~api00, ~awards, dclus1p, svymean), items("api00"))
report("clus1 poststratified domain", svymean(~api00, subset(dclus1p, comp.imp == "Yes"), deff = TRUE), items("api00"))

# Raking by iterative proportional fitting; where weights are equal its standard errors are those of calibrate().
pop.schwide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
tight <- list(maxit = 200, epsilon = 1e-12)
dclus1r <- rake(dclus1, list(~stype, ~sch.wide), list(pop.types, pop.schwide), control = tight)
everything("clus1 raked", dclus1r)
write_values("clus1 raked weights", paste("row", 1:10), "weight", weights(dclus1r)[1:10])
report("clus1 raked by", svyby(~api00, ~awards, dclus1r, svymean), items("api00"))

# Raking where weights differ: the residuals of calibrate() are weighted by them.
margins <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122)
uneven <- transform(apiclus1, w = pw * (1 + (snum %% 5) / 10))
duneven <- svydesign(id = ~dnum, weights = ~w, fpc = ~fpc, data = uneven)
everything("uneven raked", calibrate(duneven, ~stype + sch.wide, margins, calfun = "raking", epsilon = 1e-13))
everything("clus2 raked", calibrate(dclus2, ~stype + sch.wide, margins, calfun = "raking", epsilon = 1e-13))
everything("uneven poststratified", postStratify(duneven, ~stype, pop.types))

# The regression estimator and its relatives: margins and a number, with and without bounds.
pop.totals <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)
fit <- function(design, ...) calibrate(design, ~stype + api99, pop.totals, epsilon = 1e-13, maxit = 500, ...)
everything("clus1 linear", fit(dclus1))
everything("clus1 raking", fit(dclus1, calfun = "raking"))
everything("clus1 logit", fit(dclus1, calfun = "logit", bounds = c(0.5, 1.7)))
everything("clus1 bounded", fit(dclus1, bounds = c(0.6, 1.6)))
everything("uneven linear", fit(duneven))
everything("clus2 linear", fit(dclus2))
everything("srs linear", fit(dsrs))
everything("srs logit", fit(dsrs, calfun = "logit", bounds = c(0.7, 1.4)))
for (calfun in c("linear", "raking")) {
  weight <- weights(fit(dclus1, calfun = calfun))
  write_values(paste("clus1", calfun, "weights"), paste("row", 1:10), "weight", weight[1:10])
}
dclus1g <- fit(dclus1)
report("clus1 linear by", svyby(~api00, ~awards, dclus1g, svymean), items("api00"))
report("clus1 linear domain", svymean(~api00, subset(dclus1g, comp.imp == "Yes"), deff = TRUE), items("api00"), subset(dclus1g, comp.imp == "Yes"))
# svyby() has no covariances after calibration; a gap is then a function of totals.
parts <- update(dclus1g, yes = as.numeric(awards == "Yes"), no = as.numeric(awards == "No"))
parts <- svytotal(~yes + no + I(api00 * yes) + I(api00 * no), parts)
report("clus1 linear gap", svycontrast(parts, list(gap = quote(`I(api00 * yes)` / yes - `I(api00 * no)` / no))), "gap")
report("clus1 known api99", svytotal(~api99, dclus1g), items("api99"))
# The strata of the sample as margins, and a number besides.
report("strat linear", svytotal(~enroll + api00, calibrate(dstrat, ~stype + api.stu, c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, api.stu = 3196602), epsilon = 1e-13)), items("enroll", "api00"))
