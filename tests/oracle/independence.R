# Rscript tests/oracle/independence.R > tests/oracle/independence.csv
source("tests/oracle/session.R")
report_test <- function(case, design, formula) {
  second <- svychisq(formula, design, statistic = "F")
  write_values(case, "F", "statistic", second$statistic)
  write_values(case, "F", "df", second$parameter[1])
  write_values(case, "F", "denominator_df", second$parameter[2])
  write_values(case, "F", "p", second$p.value)
  first <- svychisq(formula, design, statistic = "Chisq")
  # With unanswered rows R prints the statistic for all rows; its p is right.
  if (!anyNA(design$variables[all.vars(formula)])) write_values(case, "Chisq", "statistic", first$statistic)
  write_values(case, "Chisq", "df", first$parameter)
  write_values(case, "Chisq", "p", first$p.value)
  second$p.value
}

p <- c(
  report_test("srs", dsrs, ~sch.wide + stype),
  report_test("strat", dstrat, ~sch.wide + awards),
  report_test("strat stype", dstrat, ~sch.wide + stype),
  report_test("clus1", dclus1, ~sch.wide + stype),
  report_test("clus1 awards", dclus1, ~awards + stype),
  report_test("clus2", dclus2, ~sch.wide + stype),
  report_test("nhanes", dnhanes, ~race + RIAGENDR),
  report_test("nhanes unanswered", dnhanes, ~HI_CHOL + race),
  report_test("nhanes age", dnhanes, ~race + agecat)
)
# A domain, calibrated weights, replicates.
p <- c(p,
  report_test("clus1 subset", subset(dclus1, enroll > 300), ~sch.wide + stype),
  report_test("nhanes subset", subset(dnhanes, RIAGENDR == "2"), ~HI_CHOL + race)
)
pop.types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
invisible(report_test("clus1 poststratified", postStratify(dclus1, ~stype, pop.types), ~sch.wide + awards))
invisible(report_test("clus1 jackknife", as.svrepdesign(dclus1), ~sch.wide + stype))

# Many comparisons at once (Holm 1979).
write_values("holm", paste("test", seq_along(p)), "p", p.adjust(p, "holm"))
write_values("holm ties", paste("test", 1:6), "p", p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.005, 0.9), "holm"))
