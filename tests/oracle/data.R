# Data sets of R `survey` as text, with 17 digits and no more columns than the tests need:
# Rscript tests/oracle/data.R tests/oracle/data
suppressMessages(library(survey))
data(api)
for (name in c("crowd", "election", "fpc", "hospital", "mu284", "nhanes", "scd", "yrbs")) data(list = name)

folder <- commandArgs(trailingOnly = TRUE)[1]
write_table <- function(name, table, compress = FALSE) {
  table[] <- lapply(table, function(x) if (is.numeric(x)) ifelse(is.na(x), NA, sprintf("%.17g", x)) else as.character(x))
  path <- file.path(folder, paste0(name, if (compress) ".csv.gz" else ".csv"))
  file <- if (compress) gzfile(path, "w", compression = 9) else file(path, "w")
  commas <- which(sapply(table, function(x) any(grepl(",", x))))
  write.csv(table, file, row.names = FALSE, quote = commas, na = "")
  close(file)
}

schools <- c("snum", "stype", "api00", "api99", "enroll", "api.stu", "ell", "meals", "acs.k3", "acs.core",
             "sch.wide", "comp.imp", "awards", "pw")
write_table("apisrs", apisrs[c(schools, "fpc")])
write_table("apistrat", apistrat[c(schools, "fpc")])
write_table("apiclus1", apiclus1[c("dnum", schools, "fpc")])
write_table("apiclus2", apiclus2[c("dnum", schools, "fpc1", "fpc2")])
write_table("apipop", apipop[c("snum", "stype")], compress = TRUE)
write_table("crowd", crowd)
write_table("election_pps", transform(election_pps[c("Bush", "Kerry", "Nader", "votes", "p")], wt = 1 / p))
write_table("fpc", fpc)
write_table("hospital", hospital)
write_table("mu284", mu284)
write_table("nhanes", nhanes, compress = TRUE)
write_table("scd", transform(scd, stations = 5))
write_table("yrbs", yrbs, compress = TRUE)

# Replicate weights, as factors to multiply the weights with. Canty and Davison's bootstrap of the districts.
dclus1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
set.seed(20261121)
boot <- as.svrepdesign(dclus1, type = "bootstrap", replicates = 60, compress = FALSE)
write_table("apiclus1_bootstrap", as.data.frame(weights(boot, "replication")), compress = TRUE)
# Rao and Wu's bootstrap of clusters within strata.
dnhanes <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
rao <- subbootweights(nhanes$SDMVSTRA, paste(nhanes$SDMVSTRA, nhanes$SDMVPSU), replicates = 24, compress = FALSE)
write_table("nhanes_bootstrap", as.data.frame(as.matrix(rao$repweights)), compress = TRUE)
# Balanced half samples of Levy and Lemeshow, and R's own with Fay's factor 0.3.
halves <- 2 * cbind(c(1, 0, 1, 0, 1, 0), c(1, 0, 0, 1, 0, 1), c(0, 1, 1, 0, 0, 1), c(0, 1, 0, 1, 1, 0))
write_table("scd_brr", as.data.frame(halves))
scdnofpc <- svydesign(data = scd, prob = ~1, id = ~ambulance, strata = ~ESA, nest = TRUE)
write_table("scd_fay", as.data.frame(weights(as.svrepdesign(scdnofpc, type = "Fay", fay.rho = 0.3), "analysis")))
# Jackknife that leaves out a cluster of a stratum.
crowded <- svydesign(id = ~cluster, weight = ~weight, strata = ~stratum, data = crowd)
write_table("crowd_jkn", as.data.frame(weights(as.svrepdesign(crowded), "analysis")))
