# Functions of every case session; PASSWORD is the master password, DATA the folder of
# test data.

umask 022

# A new vault, unlocked.
vault() {
    printf '%s\n' "$PASSWORD" | kh init --password-stdin >/dev/null &&
        unlock
}

unlock() {
    printf '%s\n' "$PASSWORD" | kh unlock --password-stdin >/dev/null
}

# add NAME VALUE [OPTIONS]: a credential in shop/dev.
add() {
    name=$1 value=$2
    shift 2
    printf '%s' "$value" | kh add "$name" -p shop -e dev --stdin --quiet "$@"
}

# One JSON document from stdin, indented; what differs each time is replaced, if it has
# the form it must have.
shape() {
    node -e '
        const named = {
            uid: (value) => Number.isInteger(value),
            pid: (value) => Number.isInteger(value),
            locks_in_seconds: (value) => Number.isInteger(value),
            version: (value) => typeof value === "string" && /^\d+\.\d+\.\d+$/.test(value),
            program: (value) => typeof value === "string" && value.endsWith("/kh"),
            known_by: (value) => ["handle", "number"].includes(value),
            sha256: (value) => /^[0-9a-f]{64}$/.test(value),
        };
        const texts = [
            [/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, "UUIDv7"],
            [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, "TIME"],
            [/\/[0-9a-f]{16}\.sock$/, "SOCKET"],
        ];
        const document = JSON.parse(require("fs").readFileSync(0), (key, value) => {
            if (named[key]?.(value)) return key.toUpperCase();
            return texts.find(([form]) => form.test(value))?.[1] ?? value;
        });
        console.log(JSON.stringify(document, null, 2));
    '
}
