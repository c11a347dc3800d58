# Counts the dependency graph of a package index without any code of ours, in plain awk (mawk, gawk, busybox).
#
#   awk -f independent-counts.awk Packages | LC_ALL=C sort
#
# Prints one line per direction and name, zeros included, for every package and every name that a package names:
#   OUT <name> <how many names it names>     IN <name> <how many packages name it>
# A pair that is named twice, in two fields, versions or architectures, counts once.

BEGIN {
  FS = ":"
  split("pre-depends depends recommends suggests enhances conflicts breaks replaces", list, " ")
  for (i in list) asks[list[i]] = 1
}

{ sub(/\r$/, "") }

/^[ \t]*$/ { finish(); next }

/^[ \t]/ { if (reading) text = text " " $0; next }

{
  field = tolower($1)
  gsub(/[ \t]/, "", field)
  value = substr($0, length($1) + 2)
  reading = field in asks
  if (reading) text = text "," value
  if (field == "package") { gsub(/[ \t]/, "", value); name = value }
}

END {
  finish()
  for (n in names) {
    printf "OUT %s %d\n", n, outgoing[n]
    printf "IN %s %d\n", n, incoming[n]
  }
}

function finish(    count, items, i, item) {
  if (name != "") {
    names[name] = 1
    count = split(text, items, /[,|]/)
    for (i = 1; i <= count; i++) {
      item = items[i]
      sub(/^[ \t]+/, "", item)
      # What follows the name: a qualifier, a constraint, a restriction, or a space before them.
      sub(/[ \t:(<[].*$/, "", item)
      if (item == "" || (name, item) in seen) continue
      seen[name, item] = 1
      names[item] = 1
      outgoing[name]++
      incoming[item]++
    }
  }
  name = ""
  text = ""
  reading = 0
}
