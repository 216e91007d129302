//! Aligned tables: the widths in one pass, the text in one buffer.

use unicode_width::UnicodeWidthStr as _;

use crate::output::{Printer, escaped};
use crate::style::{RESET, Tone};

/// Between two columns.
const GAP: usize = 2;

/// Rows of cells under a heading.
#[derive(Debug)]
pub struct Table<const N: usize> {
    heading: [&'static str; N],
    widths: [usize; N],
    /// The cells' text, one after the other.
    text: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Where its text ends in the buffer; it begins where the one before ended.
    end: usize,
    width: usize,
    tone: Tone,
}

impl<const N: usize> Table<N> {
    /// An empty table.
    pub fn new(heading: [&'static str; N]) -> Self {
        Self {
            heading,
            widths: heading.map(str::len),
            text: String::new(),
            cells: Vec::new(),
        }
    }

    /// Adds a row; what could steer a terminal is escaped.
    pub fn row(&mut self, cells: [(&str, Tone); N]) {
        for (column, (text, tone)) in cells.into_iter().enumerate() {
            let safe = escaped(text);
            let width = if safe.is_ascii() {
                safe.len()
            } else {
                safe.width()
            };
            self.text.push_str(&safe);
            self.widths[column] = self.widths[column].max(width);
            self.cells.push(Cell {
                end: self.text.len(),
                width,
                tone,
            });
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The whole as text; colours where the printer shows them.
    pub fn render(&self, printer: &Printer) -> String {
        let coloured = printer.coloured();
        let line: usize = self.widths.iter().map(|width| width + GAP).sum();
        let mut out = String::with_capacity((self.cells.len() / N + 1) * (line + 1));
        for (column, heading) in self.heading.iter().enumerate() {
            put(&mut out, heading, heading.len(), Tone::Strong, coloured);
            self.pad(&mut out, column, heading.len());
        }
        end_line(&mut out);
        let mut start = 0;
        for row in self.cells.chunks(N) {
            for (column, cell) in row.iter().enumerate() {
                let text = &self.text[start..cell.end];
                start = cell.end;
                put(&mut out, text, cell.width, cell.tone, coloured);
                self.pad(&mut out, column, cell.width);
            }
            end_line(&mut out);
        }
        out
    }

    fn pad(&self, out: &mut String, column: usize, width: usize) {
        if column + 1 < N {
            out.extend(std::iter::repeat_n(' ', self.widths[column] + GAP - width));
        }
    }
}

fn put(out: &mut String, text: &str, width: usize, tone: Tone, coloured: bool) {
    if !coloured || tone == Tone::Normal || width == 0 {
        return out.push_str(text);
    }
    out.push_str(tone.sequence());
    out.push_str(text);
    out.push_str(RESET);
}

/// Ends a line without the spaces of empty last cells.
fn end_line(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{ColorWhen, Globals};

    fn printer(color: ColorWhen) -> Printer {
        Printer::new(&Globals {
            color,
            ..Globals::default()
        })
    }

    #[test]
    fn columns_align_by_what_is_seen() {
        let mut table = Table::new(["NAME", "ENV", "DUE"]);
        table.row([
            ("日本", Tone::Normal),
            ("dev", Tone::Normal),
            ("", Tone::Normal),
        ]);
        table.row([
            ("x\x1b[0m", Tone::Normal),
            ("production", Tone::Normal),
            ("today", Tone::Hot),
        ]);
        assert_eq!(
            table.render(&printer(ColorWhen::Never)),
            "NAME        ENV         DUE\n\
             日本        dev\n\
             x\\u{1b}[0m  production  today\n"
        );
    }

    #[test]
    fn colours_do_not_move_columns() {
        let mut table = Table::new(["A", "B"]);
        table.row([("hot", Tone::Hot), ("x", Tone::Normal)]);
        assert_eq!(
            table.render(&printer(ColorWhen::Always)),
            "\x1b[1mA\x1b[0m    \x1b[1mB\x1b[0m\n\x1b[31mhot\x1b[0m  x\n"
        );
    }
}
