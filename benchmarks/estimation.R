# One measurement with R `survey` in a fresh process.
# Arguments: way, where the data are, where the results go, items per call, then the parts to measure:
#   figures   <folder>  wave numbers              all items of a wave, total + sector, size, step
#   domains   <stem>    item names                total + sex, region, age
#   matrix    <stem>    item names                replicate weights as a matrix
#   factors   <stem>    item names                replicate weights as factors per PSU
# Writes <out>.txt (name <tab> value) and <out>.bin: per item the shares [group, answer], then their standard errors.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
way <- arguments[1]; place <- arguments[2]; out <- arguments[3]
per_call <- as.integer(arguments[4]); parts <- arguments[-(1:4)]
REPLICATES <- 200L; PSUS <- 2000L

read_columns <- function(stem) {
  connection <- file(paste0(stem, ".bin"), "rb")
  on.exit(close(connection))
  columns <- list()
  for (line in readLines(paste0(stem, ".txt"))) {
    part <- strsplit(line, "\t")[[1]]
    n <- as.integer(part[3]); levels <- part[-(1:3)]
    values <- if (part[2] == "f8") readBin(connection, "double", n, 8)
              else readBin(connection, "integer", n, if (part[2] == "i1") 1L else 4L)
    if (length(levels)) values <- structure(values + 1L, levels = levels, class = "factor")
    columns[[part[1]]] <- values
  }
  structure(columns, row.names = .set_row_names(length(columns[[1]])), class = "data.frame")
}

# Shares and standard errors of several items: [group, item x answer] of each.
estimate <- function(items, groups, design) {
  formula <- reformulate(items)
  total <- svymean(formula, design)
  shares <- list(matrix(coef(total), 1)); errors <- list(matrix(SE(total), 1))
  for (group in groups) {
    found <- svyby(formula, reformulate(group), design, svymean)
    shares[[group]] <- matrix(coef(found), nrow(found))
    errors[[group]] <- as.matrix(SE(found))
  }
  list(do.call(rbind, shares), do.call(rbind, errors))
}

connection <- file(paste0(out, ".bin"), "wb")
write_results <- function(items, found) {
  for (number in seq_along(items)) {
    columns <- (number - 1) * 5 + 1:5
    for (table in found) writeBin(as.vector(t(table[, columns, drop = FALSE])), connection)
  }
}
seconds <- 0; setup <- 0
timed <- function(expression) system.time(expression, gcFirst = FALSE)[["elapsed"]]
measure <- function(items, groups, design) {
  for (start in seq(1, length(items), per_call)) {
    some <- items[start:min(start + per_call - 1, length(items))]
    seconds <<- seconds + timed(found <- estimate(some, groups, design))
    write_results(some, found)
  }
}

if (way == "figures") {
  for (wave in parts) {
    data <- read_columns(file.path(place, paste0("a-", wave)))
    setup <- setup + timed(design <- svydesign(~1, strata = ~stratum, fpc = ~population, data = data))
    measure(grep("^q", names(data), value = TRUE), c("sector", "size", "step"), design)
  }
} else if (way == "domains") {
  data <- read_columns(place)
  setup <- timed(design <- svydesign(~psu, strata = ~stratum, weights = ~weight, data = data))
  measure(parts, c("sex", "region", "age"), design)
} else {
  data <- read_columns(place)[c("psu", "weight", parts)]
  factors <- matrix(readBin(file.path(dirname(place), "factors.bin"), "double", PSUS * REPLICATES), PSUS)
  repeats <- if (way == "matrix") factors[data$psu + 1L, ] * data$weight
             else structure(list(weights = factors, index = data$psu + 1L), class = "repweights_compressed")
  setup <- timed(design <- svrepdesign(weights = ~weight, repweights = repeats, data = data, type = "bootstrap",
                                       combined.weights = way == "matrix"))
  measure(parts, character(0), design)
}
close(connection)
status <- if (file.exists("/proc/self/status")) grep("^VmHWM", readLines("/proc/self/status"), value = TRUE) else "NA"
peak <- as.numeric(gsub("[^0-9]", "", status)) / 1024  # NA where the system does not say
writeLines(c(paste0("peak\t", peak), paste0("seconds\t", seconds), paste0("setup\t", setup),
             paste0("version\tR ", getRversion(), ", survey ", packageVersion("survey"))), paste0(out, ".txt"))
