# Draws the map of the pairs as SVG: on one machine or over a network, asynchronous or synchronous.
# Input: lines of folder, name, place, synchronous, typed, milliseconds and messages a second, separated by tabs.
BEGIN {
  FS = "\t"
  box_width = 200; box_height = 74; gap = 12; left = 16; title = 30; columns = 4
}

{ panel = $3 " " $4; inside[panel] = inside[panel] "\n" $0 }

END {
  body = ""; y = 56
  section("machine", "On one machine")
  section("network", "Over a network (measured on the loopback)")
  width = 2 * left + columns * box_width + (columns - 1) * gap + 2 * gap
  height = y + 34
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">\n", width, height
  print "<title>How processes talk: the map, with measured figures</title>"
  printf "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\"/>\n", width, height
  text(left, 34, "How processes talk, from the shell", "#1f2328", "font-size=\"19\" font-weight=\"bold\"")
  printf "%s", body
  legend(height - 14)
  print "</svg>"
}

# section: a frame for a place, with a row of boxes for asynchronous pairs and one for synchronous ones
function section(place, heading,  top, rows) {
  top = y
  y += title
  rows = row(inside[place " no"], "asynchronous") row(inside[place " yes"], "synchronous: the sender waits for the answer")
  y += gap
  body = body sprintf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#f6f8fa\" stroke=\"#d0d7de\"/>\n",
    left, top, columns * box_width + (columns - 1) * gap + 2 * gap, y - top)
  body = body svg_text(left + gap, top + 21, heading, "#1f2328", "font-size=\"15\" font-weight=\"bold\"") rows
  y += gap
}

function row(lines, label,  all, n, i, x, result) {
  n = split(substr(lines, 2), all, "\n")
  if (n == 0) return ""
  y += 14
  result = svg_text(left + gap, y, label, "#57606a", "font-size=\"12\"")
  y += 8
  for (i = 1; i <= n; i++) {
    if (i > 1 && (i - 1) % columns == 0) y += box_height + gap
    x = left + gap + (i - 1) % columns * (box_width + gap)
    result = result box(x, y, all[i])
  }
  y += box_height + 8
  return result
}

function box(x, y, line,  field, ours, result) {
  split(line, field, "\t")
  ours = field[1] ~ /^grpc-(socket|launcher)$/
  result = sprintf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%s\"/>\n",
    x, y, box_width, box_height, field[5] == "yes" ? "#ddf4ff" : "#ffffff", ours ? "#0969da" : "#8c959f", ours ? "2.5" : "1")
  result = result svg_text(x + 10, y + 20, short(field[2]), "#1f2328", "font-weight=\"bold\"")
  if (field[7] == "")
    return result svg_text(x + 10, y + 43, "not measured", "#57606a", "")
  result = result svg_text(x + 10, y + 43, field[6] " ms", "#1f2328", "")
  return result svg_text(x + 10, y + 62, field[7] " messages a second", "#1f2328", "")
}

# short: a name that fits into a box
function short(name) {
  sub(/ \(System V\)/, "", name)
  sub(/ and a lock/, " + lock", name)
  sub(/ on a socket: the launcher alone/, ", launcher alone", name)
  sub(/: grpcos call/, "", name)
  return name
}

function legend(y) {
  printf "<rect x=\"%d\" y=\"%d\" width=\"16\" height=\"12\" rx=\"2\" fill=\"#ddf4ff\" stroke=\"#8c959f\"/>\n", left, y - 10
  text(left + 22, y, "typed", "#57606a", "")
  printf "<rect x=\"%d\" y=\"%d\" width=\"16\" height=\"12\" rx=\"2\" fill=\"#ffffff\" stroke=\"#0969da\" stroke-width=\"2.5\"/>\n", left + 76, y - 10
  text(left + 98, y, "grpcos", "#57606a", "")
  text(left + 168, y, "ms: one exchange in a shell loop, median. Messages a second: 10,000 through one process.", "#57606a", "")
}

function text(x, y, content, colour, attributes) {
  printf "%s", svg_text(x, y, content, colour, attributes)
}

function svg_text(x, y, content, colour, attributes) {
  gsub(/&/, "\\&amp;", content); gsub(/</, "\\&lt;", content)
  return sprintf("<text x=\"%d\" y=\"%d\" fill=\"%s\"%s>%s</text>\n", x, y, colour, attributes == "" ? "" : " " attributes, content)
}
