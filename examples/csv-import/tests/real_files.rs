//! Files that real programs and people write.

mod support;

use support::{Folder, count, stderr};

const DRY: &[&str] = &["--dry-run"];

/// Imports a file in a dry run, and returns the numbers of accepted and rejected rows, and stderr.
#[track_caller]
fn dry(folder: &Folder, arguments: &[&str]) -> (Option<u64>, Option<u64>, String) {
    let output = folder.import("leads.csv", &[DRY, arguments].concat());
    (count(&output, "would be queued"), count(&output, "rejected"), stderr(&output))
}

#[test]
fn header_is_found_after_a_separator_line_blank_lines_and_title_rows() {
    for (file, rows, skipped) in [
        (
            "sep=;\r\nphone;name;email\r\n9999990010;Asha Rao;asha@example.com\r\n9999990011;Ravi Iyer;\r\n",
            2,
            "the line `sep=` is skipped; the header is row 1",
        ),
        (
            "Enquiries February 2026,,\n,,\nphone,name,email\n9999990012,Asha Rao,asha@example.com\n",
            1,
            "rows 1 to 2 skipped; the header is row 3",
        ),
        (
            "\r\nphone;name;remark\r\n9999990013;Asha Rao;from Pune, calls after six\r\n",
            1,
            "row 1 skipped; the header is row 2",
        ),
    ] {
        let (queued, rejected, stderr) = dry(&Folder::new(file), &[]);
        assert_eq!((queued, rejected), (Some(rows), Some(0)), "{file}\n{stderr}");
        assert!(stderr.contains(skipped), "{stderr}");
    }
}

#[test]
fn delimiter_is_decided_on_a_header_with_line_breaks_in_quotes() {
    let folder = Folder::new("phone;\"name, as in\nthe school, in full\"\n9999990012;Asha Rao\n");
    folder.write("map.yaml", "columns: { \"name, as in\\nthe school, in full\": name }");
    let map = folder.path("map.yaml").display().to_string();
    let (queued, _, stderr) = dry(&folder, &["--map", &map]);
    assert_eq!(queued, Some(1), "{stderr}");
    assert!(stderr.contains("separated by semicolon"), "{stderr}");
}

#[test]
fn header_row_of_the_map_is_used() {
    let folder = Folder::new("phone,name\nnot,these\nMobile,Who\n9999990012,Asha Rao\n");
    folder.write("map.yaml", "{ header_row: 3, columns: { Mobile: phone, Who: name } }");
    let (queued, rejected, stderr) = dry(&folder, &["--map", "map.yaml"]);
    assert_eq!((queued, rejected), (Some(1), Some(0)), "{stderr}");
    folder.write("map.yaml", "header_row: 9");
    let output = folder.import("leads.csv", &["--dry-run", "--map", "map.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(support::stderr(&output).contains("no header in row 9"));
}

#[test]
fn file_without_a_header_is_exit_2_with_a_message_about_the_header() {
    let folder = Folder::new("9999990012,Asha Rao\n9999990013,Ravi Iyer\n");
    let output = folder.import("leads.csv", DRY);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("no header was found") && !text.contains("Asha"), "{text}");
}

#[test]
fn empty_trailing_cells_and_empty_columns_without_a_name_are_ignored() {
    for (file, rows) in [
        (
            "phone,name,email\r\n9999990017,Asha Rao,asha@example.com,\r\n9999990018,Ravi Iyer,,\r\n",
            2,
        ),
        (
            "phone,name,email,,,\n9999990015,Asha Rao,asha@example.com,,,\n9999990016,Ravi Iyer,,,,\n",
            2,
        ),
        ("phone,name,email, ,\n9999990015,Asha Rao,,, ,  ,\n", 1),
    ] {
        let (queued, rejected, stderr) = dry(&Folder::new(file), &[]);
        assert_eq!((queued, rejected), (Some(rows), Some(0)), "{file}\n{stderr}");
    }
}

#[test]
fn cell_beyond_the_header_is_a_reject_with_its_column_as_a_letter() {
    let folder =
        Folder::new("phone,name\n9999990017,Rao, Asha\n9999990018,Ravi,,x\n9999990019,Zoya,\n");
    let (queued, rejected, stderr) = dry(&folder, &[]);
    assert_eq!((queued, rejected), (Some(1), Some(2)), "{stderr}");
    let rejects = folder.rejects("leads.rejects.csv");
    let places: Vec<_> =
        rejects.iter().map(|[row, column, rule, _]| (&row[..], &column[..], &rule[..])).collect();
    assert_eq!(places, [("2", "C", "extra-cells"), ("3", "D", "extra-cells")]);
    assert!(rejects[1][3].contains("column D is beyond the header, which ends with column B"));
    let again = folder.import("leads.rejects.csv", DRY);
    assert_eq!((count(&again, "read"), count(&again, "rejected")), (Some(2), Some(2)));
}

#[test]
fn column_without_a_name_and_with_content_is_reported_by_its_letter() {
    let folder = Folder::new("phone,name,,email\n9999990017,Asha,,\n9999990018,Ravi,called,\n");
    let output = folder.import("leads.csv", DRY);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("`C` (no name; row 3 has a cell)") && !text.contains("called"), "{text}");
    for (map, queued) in [("ignore: [C]", 2), ("columns: { C: remark }", 2)] {
        folder.write("map.yaml", map);
        assert_eq!(dry(&folder, &["--map", "map.yaml"]).0, Some(queued), "{map}");
    }
}

const MONTH_FIRST: &str = "\
phone,name,follow_up_date
9999990019,Asha Rao,12/31/2026
9999990020,Ravi Iyer,03/04/2026
9999990021,Meena Das,05/06/2026
9999990022,Arun K,01/15/2026
";

#[test]
fn month_first_column_is_exit_2_with_its_cells_until_the_order_is_given() {
    let folder = Folder::new(MONTH_FIRST);
    let output = folder.import("leads.csv", DRY);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("row 2 (12/31/2026), row 5 (01/15/2026)"), "{text}");
    assert!(text.contains("--date-order month-first"), "{text}");
    let (queued, rejected, stderr) = dry(&folder, &["--date-order", "month-first"]);
    assert_eq!((queued, rejected), (Some(4), Some(0)), "{stderr}");
    assert!(
        stderr.contains("column `follow_up_date`: dates are read with the month first"),
        "{stderr}"
    );
    let (queued, rejected, _) = dry(&folder, &["--date-order", "day-first"]);
    assert_eq!((queued, rejected), (Some(2), Some(2)));
    let rules = folder.rejects("leads.rejects.csv").into_iter().map(|[.., rule, _]| rule);
    assert_eq!(rules.collect::<Vec<_>>(), ["D05", "D05"]);
}

#[test]
fn column_with_both_orders_is_exit_2() {
    let folder = Folder::new(MONTH_FIRST.replace("03/04/2026", "31/04/2026"));
    let output = folder.import("leads.csv", DRY);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no common order: day first in row 3"), "{}", stderr(&output));
}

#[test]
fn order_of_dates_is_printed_once_for_each_column_also_without_evidence() {
    let file = |dates: [&str; 2]| {
        format!("phone,follow_up_date\n9999990019,{}\n9999990020,{}\n", dates[0], dates[1])
    };
    for (dates, note) in [
        (["03/04/2026", "31/12/2026"], "day first, as in row 3 (31/12/2026)"),
        (["03/04/2026", "05/06/2026"], "day first, although no cell shows the order"),
        (["2026-12-31", ""], ""),
    ] {
        let (queued, _, stderr) = dry(&Folder::new(file(dates)), &[]);
        assert_eq!(queued, Some(2), "{stderr}");
        let notes: Vec<_> = stderr.lines().filter(|line| line.contains("dates are read")).collect();
        assert_eq!(notes.len(), usize::from(!note.is_empty()), "{stderr}");
        assert!(notes.concat().contains(note), "{stderr}");
    }
}

#[test]
fn file_with_one_bad_byte_is_utf_8_and_the_row_is_a_reject() {
    let good = (1..=5).map(|n| format!("999999003{n},आशा राव {n},छात्रवृत्ति चाहिए\n"));
    let good: String = good.collect();
    let mut file = format!("phone,name,remark\n{good}9999990036,Ravi Iyer,wants 10 ").into_bytes();
    file.extend_from_slice(b"\x96 20 seats\n");
    let folder = Folder::new(file);
    let (queued, rejected, stderr) = dry(&folder, &[]);
    assert_eq!((queued, rejected), (Some(5), Some(1)), "{stderr}");
    assert!(stderr.contains("UTF-8"), "{stderr}");
    let rejects = folder.rejects("leads.rejects.csv");
    assert_eq!(rejects[0][..3], ["7", "remark", "encoding"]);
    let again = folder.import("leads.rejects.csv", DRY);
    assert_eq!(count(&again, "encoding"), Some(1), "the row is not imported uncorrected");
}

#[test]
fn empty_words_of_the_map_are_cells_without_a_value() {
    let folder = Folder::new(
        "phone,name,email\n9999990017,Asha,NULL\n9999990018,\\N,-\n9999990019,Nan,null\n",
    );
    folder.write("map.yaml", "empty: [NULL, \"\\\\N\", \"-\"]");
    let (queued, rejected, stderr) = dry(&folder, &["--map", "map.yaml"]);
    assert_eq!((queued, rejected), (Some(2), Some(1)), "{stderr}");
    let rejects = folder.rejects("leads.rejects.csv");
    assert_eq!(rejects[0][..3], ["4", "email", "D44"]);
}

#[test]
fn d44_placeholder_is_a_reject_with_its_rule() {
    let folder = Folder::new(
        "phone,name,course\n9999990017,{{name}},\n9999990018,undefined,\n9999990019,Asha,N/A\n",
    );
    let (queued, rejected, stderr) = dry(&folder, &[]);
    assert_eq!((queued, rejected), (Some(1), Some(2)), "a label is not a placeholder: {stderr}");
    let rules =
        folder.rejects("leads.rejects.csv").into_iter().map(|[_, column, rule, _]| (column, rule));
    let expected = [("name".to_owned(), "D44".to_owned()), ("name".to_owned(), "D44".to_owned())];
    assert_eq!(rules.collect::<Vec<_>>(), expected);
}

#[test]
fn amount_in_words_is_a_reject_that_names_the_word() {
    let folder = Folder::new(
        "phone,budget\n9999990017,\"₹45,00,000/-\"\n9999990018,\"Rs. 1,200.50\"\n9999990019,1.5 lakh\n9999990020,2 Cr\n9999990021,50k\n",
    );
    let (queued, rejected, stderr) = dry(&folder, &[]);
    assert_eq!((queued, rejected), (Some(2), Some(3)), "{stderr}");
    for ([_, column, rule, reason], word) in
        folder.rejects("leads.rejects.csv").into_iter().zip(["`lakh`", "`Cr`", "`k`"])
    {
        assert_eq!((&column[..], &rule[..]), ("budget", "D10"));
        assert!(reason.contains(word), "{reason}");
    }
}

const META: &str = "\
id\tcreated_time\tad_id\tad_name\tis_organic\tplatform\tfull_name\tphone_number\temail\tlead_status\r
l:100000000000001\t2026-02-01T10:11:12+05:30\tag:1200000000001\tFeb ad\tfalse\tfb\tAsha Rao\tp:+919999990060\tasha@example.com\tCREATED\r
l:100000000000002\t2026-02-01T11:00:00+05:30\tag:1200000000001\tFeb ad\tfalse\tig\tRavi Iyer\tp:+91 99999 90061\t\tCREATED\r
l:100000000000003\t2026-02-01T11:05:00+05:30\tag:1200000000001\tFeb ad\tfalse\tfb\t<test lead: dummy data for full_name>\tp:<test lead: dummy data for phone_number>\ttest@meta.com\tCREATED\r
l:100000000000004\t2026-02-01T11:05:00+05:30\tag:1200000000001\tFeb ad\tfalse\tfb\t<test lead: dummy data for full_name>\tp:+919999990062\ttest@meta.com\tCREATED\r
";

#[test]
fn preset_meta_imports_the_leads_of_an_export_and_skips_test_leads() {
    let utf16: Vec<u8> =
        format!("\u{feff}{META}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = Folder::new(utf16);
    folder.write("map.yaml", "preset: meta");
    let output = folder.import("leads.csv", &["--dry-run", "--map", "map.yaml"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let counts = ["read", "test leads, skipped", "would be queued", "rejected"];
    assert_eq!(counts.map(|label| count(&output, label)), [Some(4), Some(2), Some(2), Some(0)]);
    assert!(stderr(&output).contains("UTF-16LE, separated by tab"), "{}", stderr(&output));
}

#[test]
fn standard_input_is_imported_and_its_files_are_in_the_current_folder() {
    let folder = Folder::new("");
    let csv = b"phone,name,email\n9999990017,Asha,asha@\n9999990018,Ravi,\n";
    let output = folder.import_stdin(csv, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let counts = ["queued", "verified", "rejected"].map(|label| count(&output, label));
    assert_eq!(counts, [Some(1), Some(1), Some(1)]);
    assert_eq!(folder.rejects("stdin.rejects.csv")[0][..3], ["2", "email", "D03"]);
    assert!(folder.path("stdin.outbox.db").exists());
    let again = folder.import_stdin(csv, &[]);
    assert_eq!(count(&again, "queued by an earlier run"), Some(1), "{}", stderr(&again));
}

#[test]
fn summary_contains_the_rows_that_a_later_row_of_the_same_lead_supersedes() {
    let folder = Folder::new("phone,name\n9999990017,Asha\n099999 90017,Asha Rao\n");
    let output = folder.import("leads.csv", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let counts = ["queued", "verified", "superseded by a later row"];
    assert_eq!(counts.map(|label| count(&output, label)), [Some(2), Some(1), Some(1)]);
}
