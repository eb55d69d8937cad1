# Prints the coverage of all modules from JaCoCo's CSV report, which has a line for each class.
BEGIN { FS = "," }

NR == 1 {
  for (i = 1; i <= NF; i++) column[$i] = i
  next
}

{
  missed += $column["LINE_MISSED"]; covered += $column["LINE_COVERED"]
  missed_branches += $column["BRANCH_MISSED"]; covered_branches += $column["BRANCH_COVERED"]
}

END {
  printf "Coverage: %s of %d lines, %s of %d branches; examples/target/site/jacoco-aggregate/index.html\n",
    percent(covered, missed), covered + missed,
    percent(covered_branches, missed_branches), covered_branches + missed_branches
}

function percent(covered, missed) {
  return covered + missed == 0 ? "none" : sprintf("%.1f %%", 100 * covered / (covered + missed))
}
