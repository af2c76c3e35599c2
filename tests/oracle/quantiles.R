# Rscript tests/oracle/quantiles.R > tests/oracle/quantiles.csv
source("tests/oracle/session.R")
# Probabilities that no equal weights reach exactly, where R's answer would hang on rounding; halves are exact.
quarters <- c(0.255, 0.5, 0.755)
report_quantiles <- function(case, design, item, probabilities, domain = NULL) {
  found <- svyquantile(make.formula(item), design, probabilities, na.rm = TRUE)[[1]]
  rows <- paste0("item=", item, ", answer=", probabilities)
  if (!is.null(domain)) rows <- among(rows, domain)
  write_values(case, rows, "estimate", found[, 1])
  write_values(case, rows, "lower", found[, 2])
  write_values(case, rows, "upper", found[, 3])
  write_values(case, rows, "se", found[, 4])
}

# Inverse of the weighted distribution function; limits mapped back from those of the share below (Woodruff 1952).
report_quantiles("srs", dsrs, "api00", quarters)
report_quantiles("srs enroll", dsrs, "enroll", quarters)
report_quantiles("strat", dstrat, "api00", quarters)
report_quantiles("strat enroll", dstrat, "enroll", c(0.1, 0.5, 0.9))
report_quantiles("clus1", dclus1, "api00", quarters)
report_quantiles("clus1 ell", dclus1, "ell", quarters)
report_quantiles("clus2", dclus2, "api00", quarters)
report_quantiles("clus2 unanswered", dclus2, "enroll", quarters)
report_quantiles("strat unanswered", dstrat, "acs.core", quarters)
process <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
report_quantiles("strat process", process, "api00", quarters)

# Domains: degrees of freedom and shares of the domain. Not high schools: their lower limit lies below the smallest share,
# where R 4.1-1 gives the second smallest answer.
for (stype in c("E", "M")) {
  domain <- dclus1[dclus1$variables$stype == stype, ]
  report_quantiles("clus1 by", domain, "api00", 0.5, paste0("stype=", stype))
}
for (awards in c("No", "Yes")) {
  domain <- dstrat[dstrat$variables$awards == awards, ]
  report_quantiles("strat by", domain, "api00", quarters, paste0("awards=", awards))
}
report_quantiles("clus2 subset", subset(dclus2, sch.wide == "Yes"), "api00", quarters)

# After calibration, and with replicates.
pop.types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
report_quantiles("clus1 poststratified", postStratify(dclus1, ~stype, pop.types), "api00", quarters)
report_quantiles("strat jackknife", as.svrepdesign(dstrat), "api00", quarters)
report_quantiles("clus1 jackknife", as.svrepdesign(dclus1), "api00", quarters)
