# What the R sessions of this folder share: the package, its data sets, the usual designs, and how values are written.
# Run from the top folder, e.g. Rscript tests/oracle/designs.R > tests/oracle/designs.csv
suppressMessages(library(survey))
options(survey.lonely.psu = "fail", stringsAsFactors = FALSE)
data(api)
for (name in c("crowd", "election", "fpc", "hospital", "mu284", "nhanes", "scd", "yrbs")) data(list = name)

# The designs of ?api, and those of the other help pages.
dsrs <- svydesign(id = ~1, weights = ~pw, fpc = ~fpc, data = apisrs)
dstrat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat)
dclus1 <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
dclus2 <- svydesign(id = ~dnum + snum, fpc = ~fpc1 + fpc2, data = apiclus2)
nhanes <- transform(nhanes, HI_CHOL = factor(HI_CHOL), race = factor(race), RIAGENDR = factor(RIAGENDR))
dnhanes <- svydesign(id = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nhanes)
yrbs <- transform(yrbs, qn8 = factor(qn8))
dyrbs <- svydesign(id = ~psu, strata = ~stratum, weights = ~weight, data = yrbs)

# A value per line: in which case, of which row of the result, which statistic.
cat("case,row,statistic,value\n")
write_values <- function(case, row, statistic, value) {
  cat(sprintf('"%s","%s",%s,%.17g\n', case, row, statistic, as.numeric(value)), sep = "")
}

# Labels of rows: the item, its answers, the domain.
items <- function(...) paste0("item=", c(...))
answers <- function(item, design) paste0("item=", item, ", answer=", levels(factor(design$variables[[item]])))
among <- function(rows, domain) paste0(rows, ", ", domain)
# Rows of svyby(): every domain for the first item or answer, then for the next.
each <- function(rows, by) {
  variables <- names(by)[seq_len(length(attr(by, "svyby")$margins))]
  domains <- apply(as.matrix(by[variables]), 1, function(level) paste0(variables, "=", trimws(level), collapse = ", "))
  as.vector(t(outer(rows, domains, among)))
}

# An estimate with its standard error; the design effect if it was asked for; degrees of freedom if a design is given.
# What rounding leaves of a variance that is nothing is written as 0.
report <- function(case, estimate, rows, design = NULL) {
  if (inherits(estimate, "svyby")) rows <- each(rows, estimate)
  write_values(case, rows, "estimate", coef(estimate))
  se <- sqrt(diag(as.matrix(vcov(estimate))))
  none <- se < 1e-12 * abs(coef(estimate))
  write_values(case, rows, "se", ifelse(none, 0, se))
  if (any(grepl("DEff", names(estimate))) || !is.null(attr(estimate, "deff")))
    write_values(case, rows, "deff", ifelse(none, 0, unlist(deff(estimate))))
  if (!is.null(design)) write_values(case, rows, "df", degf(design))
}

# Covariances between rows, each pair once.
report_covariances <- function(case, estimate, rows) {
  if (inherits(estimate, "svyby")) rows <- each(rows, estimate)
  covariance <- as.matrix(vcov(estimate))
  pairs <- which(upper.tri(covariance), arr.ind = TRUE)
  write_values(case, paste(rows[pairs[, 1]], rows[pairs[, 2]], sep = " | "), "covariance", covariance[pairs])
}
