# Rscript tests/oracle/lonely.R > tests/oracle/lonely.csv
source("tests/oracle/session.R")

# Districts as strata; in one of them a single school is in the sample. Under "fail" R stops, and so do we.
ds <- svydesign(id = ~1, weights = ~pw, strata = ~dnum, data = apiclus1)
stopifnot(inherits(try(svymean(~api00, ds), silent = TRUE), "try-error"))
for (lonely in c("adjust", "certainty", "average")) {
  options(survey.lonely.psu = lonely)
  report(paste(lonely, "mean"), svymean(~api00 + enroll, ds, deff = TRUE), items("api00", "enroll"), ds)
  report(paste(lonely, "share"), svymean(~stype, ds), answers("stype", ds))
  # Of totals, "adjust" is not compared: R's help says that it centres at the mean of all units, as we do (and Stata's
  # singleunit(centered)), but R 4.1-1 does not centre at all. Where z adds up to 0, as of means, it is the same.
  if (lonely != "adjust") report(paste(lonely, "total"), svytotal(~api00 + enroll, ds), items("api00", "enroll"))
  report(paste(lonely, "ratio"), svyratio(~api.stu, ~enroll, ds), items("api.stu/enroll"))
  report(paste(lonely, "by"), svyby(~api00, ~awards, ds, svymean, covmat = TRUE), items("api00"))
}

# A stratum that the population size says is complete is not lonely.
options(survey.lonely.psu = "fail")
complete <- transform(apiclus1, N = ifelse(dnum == 413, 1, 1000))
whole <- svydesign(id = ~1, weights = ~pw, strata = ~dnum, fpc = ~N, data = complete)
report("complete mean", svymean(~api00 + enroll, whole), items("api00", "enroll"), whole)
report("complete total", svytotal(~api00 + enroll, whole), items("api00", "enroll"))

# Strata of which only one cluster is in the domain, but more in the sample: not lonely.
single <- subset(dnhanes, !(SDMVSTRA < 80 & SDMVPSU > 1))
report("domain mean", svymean(~race, single), answers("race", single), single)

# Lonely clusters, the first strata having one of theirs left.
left <- subset(nhanes, !(SDMVSTRA %in% c(75, 80, 85) & SDMVPSU > 1))
dleft <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = left)
for (lonely in c("adjust", "certainty", "average")) {
  options(survey.lonely.psu = lonely)
  report(paste(lonely, "clusters"), svymean(~race, dleft, deff = TRUE), answers("race", dleft), dleft)
}
