//! kh
fn main() {}
