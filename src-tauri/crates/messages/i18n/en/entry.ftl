# What is wrong with a field of an entry of the catalogue, and what to write instead (entry-CODE,
# after "FILE:LINE: FIELD:").

entry-file-too-large = the file is longer than { $limit } bytes; split it
entry-toml = this is not valid TOML: { $system }
entry-shape = { $system }
entry-no-provider = there is no entry; start it with a line [[provider]]
entry-bad-id = write lower-case letters, digits and -, at most 64 in all, such as my-service
entry-id-taken = { $id } is used twice; give each entry its own id
entry-bad-text = write a text of 1 to { $limit } bytes without control characters
entry-bad-variable = write the name of an environment variable, such as MY_SERVICE_TOKEN
entry-twice = this is listed twice; remove one
entry-out-of-range = write a number from { $minimum } to { $maximum }
entry-bad-span = write a span of time such as 30s or 72h
entry-bad-day = write a day such as 2026-11-29
entry-bad-pattern = this is not a regular expression: { $system }
entry-unbounded-pattern = the pattern matches values of any length; write {"{"}1,40{"}"} in place of + or *
entry-pattern-too-large = the pattern is too large; repeat fewer characters, or describe fewer keys with it
entry-empty-pattern = the pattern matches an empty value; describe at least one character
entry-not-one-group = write the part to take out as the only group in parentheses; others start with (?:
entry-exactly-one = write exactly one of: { $fields }
entry-unreachable = no value would be recognised as one of this service; add a key with a pattern, or variables
entry-bad-page = write the address of a page, such as https://example.com/keys
entry-bad-host = write the name of a host in lower case, such as api.example.com, without https:// and path
entry-address-host = write the name of the host, such as api.example.com, in place of its address
entry-private-host = write the name of a host on the internet, such as api.example.com
entry-not-https = write an address that starts with https://
entry-host-not-listed = the key would be sent to { $host }; add that to hosts, or write a host that is listed there
entry-bad-method = write one of: { $allowed }
entry-bad-placeholder = write placeholders as {"{{"}name{"}}"}, with lower-case letters, digits and _, in a text without spaces and quotes if it is an address
entry-unknown-placeholder = nothing fills {"{{"}{ $placeholder }{"}}"} here; { $known_given ->
    [1] write one of: { $known }
   *[0] write the text without it
}
entry-placeholder-in-host = {"{{"}{ $placeholder }{"}}"} may not be part of a host; write a field that has choices or a pattern
entry-bad-header = write the name of a header that a request may set, such as Authorization
entry-no-key-in-request = the key is nowhere in the request; write auth, or {"{{"}secret{"}}"} where it is sent ({"{{"}admin{"}}"} for the key that manages others)
entry-not-in-entry = { $named } is not in this entry; write a name that it has
entry-missing = { $missing } is missing; add it
entry-bad-status = write statuses from 200 to 599, each once
entry-proves-nothing = this status alone proves nothing about a key; look at the body too (json, contains), or write is = "unknown"
entry-bad-pointer = write a JSON pointer such as /data/id
entry-only-with = this has a meaning only with { $other }; add that, or remove this
entry-never-reached = earlier answers take all of these statuses; put this one before them, or remove it
entry-bad-fact = write one of: { $known }; or a field that has from = "introspect"
entry-strategy-contradicts = this strategy makes no keys, but the entry has create; write dual, in_place or rotate_with_grace, or remove create
