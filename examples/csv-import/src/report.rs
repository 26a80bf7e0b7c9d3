//! Report of an import: the table of outcomes, and the path of the rejects file.

use std::fmt::Write as _;
use std::path::Path;

use csv_import::import::Counts;
use telecrm_outbox::Stats;

/// Prints the path of the rejects file, and returns whether no row was rejected.
pub(crate) fn finish(counts: &Counts, rejects: Option<&Path>) -> bool {
    let rejected = counts.total_rejected();
    if rejected > 0 {
        eprintln!(
            "{rejected} rows rejected: correct {} and import that file",
            rejects.unwrap_or(Path::new("them")).display()
        );
    }
    rejected == 0
}

/// Formats the outcome of the rows as a table.
pub(crate) fn table(counts: &Counts, stats: Option<&Stats>) -> String {
    let mut rows = vec![("read".to_owned(), counts.read)];
    match stats {
        None => rows.push(("would be queued".to_owned(), counts.queued)),
        Some(stats) => {
            rows.push(("queued".to_owned(), counts.queued));
            if counts.earlier > 0 {
                rows.push(("queued by an earlier run".to_owned(), counts.earlier));
            }
            for (state, count) in [
                ("verified", stats.verified),
                ("superseded by a later row", stats.superseded),
                ("mismatched", stats.mismatched),
                ("missing", stats.missing),
                ("unconfirmed", stats.unconfirmed),
                ("refused by telecrm", stats.refused),
            ] {
                if count > 0 || state == "verified" {
                    rows.push((state.to_owned(), count));
                }
            }
        }
    }
    rows.push(("rejected".to_owned(), counts.total_rejected()));
    let skipped =
        [("blank rows, skipped", counts.blank), ("test leads, skipped", counts.test_leads)];
    for (label, count) in skipped.into_iter().filter(|(_, count)| *count > 0).rev() {
        rows.insert(1, (label.to_owned(), count));
    }
    rows.extend(counts.rejected.iter().map(|(rule, count)| (format!("  {rule}"), *count)));
    rows.iter().fold(String::new(), |mut table, (label, count)| {
        // Writing to memory does not fail.
        let _ = writeln!(table, "{label:<28} {count:>9}");
        table
    })
}
