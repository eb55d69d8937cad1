# Answers a request, a line of JSON, with the greeting. There is no schema: other lines pass unchanged.
s/^.*"name":"\([^"]*\)".*$/{"message":"Hello \1"}/
