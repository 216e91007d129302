# Functions of every case session; PASSWORD is the master password.

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
