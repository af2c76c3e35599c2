# Rscript tests/oracle/intervals.R > tests/oracle/intervals.csv
source("tests/oracle/session.R")
report_limits <- function(case, row, limits) {
  write_values(case, row, "lower", limits[1])
  write_values(case, row, "upper", limits[2])
}

# Shares. "xlogit" is the logit interval in closed form (SUDAAN, SPSS); "logit" is the same by iteration.
report_shares <- function(case, design, formula, row) {
  for (method in c("xlogit", "beta", "mean"))
    report_limits(paste(case, "share", method), row, confint(svyciprop(formula, design, method = method)))
}
report_shares("srs", dsrs, ~I(stype == "H"), "item=stype, answer=H")
report_shares("strat", dstrat, ~I(awards == "Yes"), "item=awards, answer=Yes")
report_shares("strat few", dstrat, ~I(sch.wide == "No"), "item=sch.wide, answer=No")
report_shares("clus1", dclus1, ~I(stype == "H"), "item=stype, answer=H")
report_shares("clus1 most", dclus1, ~I(stype == "E"), "item=stype, answer=E")
report_shares("clus2", dclus2, ~I(stype == "H"), "item=stype, answer=H")
report_shares("nhanes", dnhanes, ~I(race == "4"), "item=race, answer=4")
# Rows without an answer are left out first: for "beta" R counts them among the n otherwise.
answered <- subset(dyrbs, !is.na(qn8))
report_shares("yrbs", answered, ~I(qn8 == "1"), "item=qn8, answer=1")
cholesterol <- subset(dnhanes, !is.na(HI_CHOL))
report_shares("nhanes unanswered", cholesterol, ~I(HI_CHOL == "1"), "item=HI_CHOL, answer=1")
for (stype in c("E", "M")) {
  domain <- dclus1[dclus1$variables$stype == stype, ]
  report_shares("clus1 by", domain, ~I(awards == "Yes"), among("item=awards, answer=Yes", paste0("stype=", stype)))
}
pop.types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
report_shares("clus1 poststratified", postStratify(dclus1, ~stype, pop.types), ~I(awards == "Yes"), "item=awards, answer=Yes")
report_shares("clus1 jackknife", as.svrepdesign(dclus1), ~I(stype == "H"), "item=stype, answer=H")
for (method in c("xlogit", "beta", "mean"))
  report_limits(paste("strat 90 share", method), "item=awards, answer=Yes", confint(svyciprop(~I(awards == "Yes"), dstrat, method = method, level = 0.9)))

# Means, totals and ratios: t with the design's degrees of freedom.
report_confint <- function(case, estimate, row, design, level = 0.95) {
  limits <- confint(estimate, df = degf(design), level = level)
  write_values(case, row, "lower", limits[, 1])
  write_values(case, row, "upper", limits[, 2])
}
report_confint("srs mean", svymean(~api00 + enroll, dsrs), items("api00", "enroll"), dsrs)
report_confint("strat mean", svymean(~api00 + enroll, dstrat), items("api00", "enroll"), dstrat)
report_confint("strat 99", svymean(~api00 + enroll, dstrat), items("api00", "enroll"), dstrat, level = 0.99)
report_confint("clus1 mean", svymean(~api00 + enroll, dclus1), items("api00", "enroll"), dclus1)
report_confint("clus1 total", svytotal(~api00 + enroll, dclus1), items("api00", "enroll"), dclus1)
report_confint("clus1 ratio", svyratio(~api.stu, ~enroll, dclus1), items("api.stu/enroll"), dclus1)
report_confint("clus2 mean", svymean(~api00 + api99, dclus2), items("api00", "api99"), dclus2)
report_confint("mu284 total", svytotal(~y1, svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284)), items("y1"), svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284))
few <- subset(dclus1, stype == "H")
report_confint("clus1 by", svymean(~api00, few), "item=api00, stype=H", few)
report_confint("clus1 jackknife", svymean(~api00, as.svrepdesign(dclus1)), items("api00"), dclus1)
