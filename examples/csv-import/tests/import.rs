//! Imports of files in the formats that spreadsheets write.

mod support;

use std::fs;

use support::{Folder, stderr};
use telecrm_outbox::rusqlite::Connection;

/// The number next to a label of the table.
#[track_caller]
fn count(output: &std::process::Output, label: &str) -> u64 {
    support::count(output, label).unwrap_or_else(|| panic!("no `{label}`: {}", stderr(output)))
}

const MIXED: &str = "\
phone,name,email,course,budget,follow_up_date,rating
098765 43210,Asha Rao,asha@example.com,NEET,\"1,50,000\",31/12/2026,4.0
'919876543211,Ravi,,R & D,₹ 5000,2026-12-31,
9.19877E+11,Meera,,,,,
9876543210.0,Anil,,,,,
919876543212,Zoya,zoya@,,,,
919876543213,Kiran,,Astrology,,,
919876543214,Dev,,,,45123,
98765 43210 / 91234 56789,Two,,,,,
";

#[test]
fn dry_run_checks_every_row_and_sends_no_lead() {
    let folder = Folder::new(MIXED.as_bytes());
    let output = folder.import("leads.csv", &["--dry-run"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!((count(&output, "read"), count(&output, "rejected")), (8, 6));
    assert_eq!(count(&output, "would be queued"), 2);
    assert!(!folder.path("leads.outbox.db").exists());
    let rejects = folder.read("leads.rejects.csv");
    let mut reader = csv::Reader::from_reader(rejects.as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let rules: Vec<_> = rows.iter().map(|row| (&row[7], &row[8], &row[9])).collect();
    let expected = [
        ("4", "phone", "scientific-notation"),
        ("5", "phone", "D04"),
        ("6", "email", "D03"),
        ("7", "course", "D06"),
        ("8", "follow_up_date", "D37"),
        ("9", "phone", "several-values"),
    ];
    assert_eq!(rules, expected, "{rejects}");
}

#[test]
fn d43_valid_rows_and_corrected_rejects_are_imported_once() {
    let folder = Folder::new(MIXED.as_bytes());
    let first = folder.import("leads.csv", &[]);
    assert_eq!(first.status.code(), Some(1), "{}", stderr(&first));
    assert_eq!((count(&first, "queued"), count(&first, "verified")), (2, 2));
    // The visitor of a form that uses the same outbox does not wait for an import.
    let database = Connection::open(folder.path("leads.outbox.db")).expect("the outbox");
    let urgent = "SELECT count(*) FROM telecrm_outbox_entries WHERE priority <> 1";
    assert_eq!(database.query_row(urgent, [], |row| row.get(0)), Ok(0), "`Priority::Bulk`");

    let again = folder.import("leads.csv", &[]);
    assert_eq!((count(&again, "queued"), count(&again, "queued by an earlier run")), (0, 2));

    let corrected = folder
        .read("leads.rejects.csv")
        .replace("9.19877E+11", "919876543219")
        .replace("9876543210.0", "9876543218")
        .replace("zoya@,", "zoya@example.com,")
        .replace("Astrology", "NEET")
        .replace("45123", "31/12/2026")
        .replace("98765 43210 / 91234 56789", "91234 56789");
    fs::write(folder.path("corrected.csv"), corrected).expect("written");
    let last = folder.import("corrected.csv", &[]);
    assert_eq!(last.status.code(), Some(0), "{}", stderr(&last));
    assert_eq!((count(&last, "queued"), count(&last, "verified")), (6, 6));
    assert!(!folder.path("corrected.rejects.csv").exists());
}

#[test]
fn rows_that_are_valid_with_another_map_are_imported_and_no_row_twice() {
    let folder = Folder::new(b"phone,name,Mail\n919876543210,Asha,asha@\n919876543211,Ravi,\n");
    fs::write(folder.path("mail.yaml"), "columns: { Mail: email }").expect("written");
    fs::write(folder.path("without.yaml"), "ignore: [Mail]").expect("written");
    let map = |name: &str| folder.path(name).display().to_string();
    let first = folder.import("leads.csv", &["--map", &map("mail.yaml")]);
    assert_eq!((count(&first, "queued"), count(&first, "rejected")), (1, 1), "{}", stderr(&first));
    let second = folder.import("leads.csv", &["--map", &map("without.yaml")]);
    assert_eq!((count(&second, "queued"), count(&second, "verified")), (1, 2));
    assert_eq!(count(&second, "queued by an earlier run"), 1);
    let third = folder.import("leads.csv", &["--map", &map("without.yaml")]);
    assert_eq!((count(&third, "queued"), count(&third, "queued by an earlier run")), (0, 2));
}

#[test]
fn row_numbers_match_the_spreadsheet() {
    let folder = Folder::new(b"phone,name\n\n919876543210,\"Asha\nRao\"\n\n\n,\nbad,Ravi\n");
    let output = folder.import("leads.csv", &["--dry-run"]);
    assert_eq!((count(&output, "read"), count(&output, "would be queued")), (2, 1));
    assert_eq!(count(&output, "blank rows, skipped"), 4);
    let rejects = folder.read("leads.rejects.csv");
    assert!(rejects.contains("\nbad,Ravi,7,phone,D04,\"not a telecrm phone"), "{rejects}");
}

#[test]
fn unmatched_column_is_an_error() {
    let folder = Folder::new(b"Phone,name\n919876543210,Asha\n");
    let output = folder.import("leads.csv", &["--dry-run"]);
    assert_eq!(output.status.code(), Some(2));
    let text = stderr(&output);
    assert!(text.contains("`Phone`") && text.contains("--map"), "{text}");
}

#[test]
fn encoding_is_detected_and_reported() {
    let text = "phone;name\r\n919876543210;Asha\r\n";
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    let utf16: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    let folder = Folder::new(&utf16);
    let output = folder.import("leads.csv", &["--dry-run"]);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("UTF-16LE, separated by semicolon"), "{text}");
    assert_eq!(count(&output, "would be queued"), 1);
}

#[test]
fn missing_file_is_an_error() {
    let folder = Folder::new(b"");
    let output = folder.import("nowhere.csv", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("nowhere.csv"));
}
