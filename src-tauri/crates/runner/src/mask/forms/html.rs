//! Character references of HTML: decimal, hex, and by the names of ASCII and Latin-1 (HTML,
//! "Named character references").

/// The longest reference that is read, in bytes.
pub(super) const LONGEST: usize = 12;

/// Names of the characters of ASCII that have one.
const ASCII: &[(&str, u8)] = &[
    ("amp", b'&'),
    ("AMP", b'&'),
    ("lt", b'<'),
    ("LT", b'<'),
    ("gt", b'>'),
    ("GT", b'>'),
    ("quot", b'"'),
    ("QUOT", b'"'),
    ("apos", b'\''),
    ("Tab", b'\t'),
    ("NewLine", b'\n'),
    ("excl", b'!'),
    ("num", b'#'),
    ("dollar", b'$'),
    ("percnt", b'%'),
    ("lpar", b'('),
    ("rpar", b')'),
    ("ast", b'*'),
    ("midast", b'*'),
    ("plus", b'+'),
    ("comma", b','),
    ("period", b'.'),
    ("sol", b'/'),
    ("colon", b':'),
    ("semi", b';'),
    ("equals", b'='),
    ("quest", b'?'),
    ("commat", b'@'),
    ("lsqb", b'['),
    ("lbrack", b'['),
    ("bsol", b'\\'),
    ("rsqb", b']'),
    ("rbrack", b']'),
    ("Hat", b'^'),
    ("lowbar", b'_'),
    ("UnderBar", b'_'),
    ("grave", b'`'),
    ("lcub", b'{'),
    ("lbrace", b'{'),
    ("verbar", b'|'),
    ("vert", b'|'),
    ("VerticalLine", b'|'),
    ("rcub", b'}'),
    ("rbrace", b'}'),
];

/// Names of the characters from U+00A0 on.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
    "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro",
    "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute",
    "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
    "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute",
    "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
    "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
    "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml", "yacute", "thorn", "yuml",
];

/// How a character may be written; none for what is not one.
pub(super) fn references(piece: &[u8]) -> Vec<Vec<u8>> {
    let mut chars = std::str::from_utf8(piece).unwrap_or_default().chars();
    let Some(c) = chars.next() else {
        return Vec::new();
    };
    let point = u32::from(c);
    let ascii = ASCII.iter().filter(|(_, byte)| c == char::from(*byte));
    let latin = point
        .checked_sub(0xa0)
        .and_then(|at| LATIN_1.get(at as usize));
    let names = ascii.map(|(name, _)| name).chain(latin);
    let named = names.map(|name| format!("&{name};"));
    // A number may have zeros before it.
    let numbers = [
        format!("&#{point};"),
        format!("&#0{point};"),
        "&#00".into(),
        format!("&#x{point:x};"),
        format!("&#x{point:X};"),
        format!("&#X{point:x};"),
        format!("&#X{point:X};"),
    ];
    let zeros = ["&#x0", "&#X0"].map(Into::into);
    let ways = named.chain(numbers).chain(zeros);
    ways.map(String::into_bytes).collect()
}

/// The character that a reference stands for, from its `&` to its `;`.
pub(super) fn character(reference: &[u8]) -> Option<char> {
    let inner = reference.strip_prefix(b"&")?.strip_suffix(b";")?;
    let inner = std::str::from_utf8(inner).ok()?;
    if let Some(number) = inner.strip_prefix('#') {
        let point = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return char::from_u32(point.ok()?);
    }
    let ascii = ASCII.iter().find(|(name, _)| *name == inner);
    let latin = || LATIN_1.iter().position(|name| *name == inner);
    ascii
        .map(|(_, byte)| char::from(*byte))
        .or_else(|| char::from_u32(0xa0 + u32::try_from(latin()?).ok()?))
}
