//! The pages of the database file: SQLCipher's MAC of each, and SQLite's structure of all.

use rusqlite::Connection;

use crate::verify::{VerifyPart, VerifyProblem, VerifyReport};

/// Checks every page. Slow, and needs no key but the connection's own.
pub(crate) fn check(connection: &Connection, report: &mut VerifyReport) {
    if macs(connection, report) {
        structure(connection, report);
    }
}

/// Checks the MAC of every page; whether all are sound. An interrupt does not break it off: it
/// takes 5 ms for each MiB.
///
/// A page whose MAC is wrong spoils the connection for what comes after it has been read, so
/// the structure is to be looked at only where all pages are sound.
pub(crate) fn macs(connection: &Connection, report: &mut VerifyReport) -> bool {
    let pages = connection
        .query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0))
        .unwrap_or(0);
    report.count(VerifyPart::Pages, pages.cast_unsigned());
    lines(connection, "PRAGMA cipher_integrity_check", report)
}

/// Checks how the pages hang together; whether they do. An interrupt breaks it off.
pub(crate) fn structure(connection: &Connection, report: &mut VerifyReport) -> bool {
    lines(connection, "PRAGMA integrity_check(50)", report)
}

/// Whether there was nothing to say.
fn lines(connection: &Connection, sql: &str, report: &mut VerifyReport) -> bool {
    let mut clean = true;
    let mut find = |problem| {
        clean = false;
        report.find(VerifyPart::Pages, problem);
    };
    let read = (|| {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            text.lines()
                .filter(|line| *line != "ok" && !line.starts_with("***"))
                .for_each(|line| {
                    find(VerifyProblem::Page {
                        report: line.to_owned(),
                    });
                });
        }
        Ok::<_, rusqlite::Error>(())
    })();
    if read.is_err() {
        find(VerifyProblem::PagesUnreadable);
    }
    clean
}
