# Draws the cost per call over the number of calls as SVG, with logarithmic axes.
# Input: lines with a tool, a number of calls and milliseconds per call, separated by tabs. The lines of one
# tool are adjacent.
BEGIN {
  FS = "\t"
  left = 70; top = 40; width = 520; height = 360
  split("#1b6ca8 #d1495b #2e8b57 #edae49 #6a4c93 #00798c #8d5524 #555555 #c2185b #7cb342", colours, " ")
}

{
  if (!($1 in lines)) names[++tools] = $1
  lines[$1]++
  x[NR] = log10($2); y[NR] = log10($3); tool[NR] = $1
  if (NR == 1 || x[NR] > right_end) right_end = x[NR]
  if (NR == 1 || y[NR] < low) low = y[NR]
  if (NR == 1 || y[NR] > high) high = y[NR]
}

END {
  low = floor(low); high = -floor(-high); right_end = -floor(-right_end)
  if (high == low) high++
  if (right_end == 0) right_end = 1

  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 820 460\" font-family=\"sans-serif\" font-size=\"12\">\n"
  print "<title>Cost per call against number of calls</title>"
  print "<rect width=\"820\" height=\"460\" fill=\"white\"/>"
  printf "<text x=\"%d\" y=\"22\" font-size=\"14\">Cost per call (ms) against number of calls</text>\n", left
  for (e = low; e <= high; e++)
    grid(left, py(e), left + width, py(e), left - 8, py(e) + 4, "end", 10 ^ e)
  for (e = 0; e <= right_end; e++)
    grid(px(e), top, px(e), top + height, px(e), top + height + 20, "middle", 10 ^ e)
  for (t = 1; t <= tools; t++) {
    colour = colours[(t - 1) % 10 + 1]
    points = ""
    for (i = 1; i <= NR; i++)
      if (tool[i] == names[t]) {
        points = points sprintf("%.1f,%.1f ", px(x[i]), py(y[i]))
        printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", px(x[i]), py(y[i]), colour
      }
    printf "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n", points, colour
    printf "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>\n", left + width + 14, top + 18 * t, colour, escape(names[t])
  }
  print "</svg>"
}

function grid(x1, y1, x2, y2, tx, ty, anchor, label) {
  printf "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"#dddddd\"/>", x1, y1, x2, y2
  printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", tx, ty, anchor, label
}

function px(v) { return left + width * v / right_end }
function py(v) { return top + height * (high - v) / (high - low) }
function log10(v) { return log(v) / log(10) }
function floor(v,  n) { n = int(v); return n > v ? n - 1 : n }
function escape(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); return s }
