//! Time and memory of `csv-import` for files of ten thousand to a million rows.
//!
//! Without an argument, the runs are dry; with `full`, rows go through the outbox into the embedded
//! emulator.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, iter};

use bench_support::{Run, built, run};

type Failure = Box<dyn Error>;

/// One row in this many has a mistake.
const REJECTED: u64 = 100;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    // With `full` there are only a thousand leads: the emulator stores leads, and only the import should grow.
    let (sizes, leads, dry) = match arguments.first().map(String::as_str) {
        None => (&[10_000, 100_000, 1_000_000][..], u64::MAX, Some("--dry-run")),
        Some("full") => (&[10_000, 100_000][..], 1_000, None),
        Some(_) => return Err("the only argument is `full`".into()),
    };
    let program = built("csv-import")?;
    let folder = tempfile::tempdir()?;
    let mut smallest = None;
    for rows in sizes {
        let file = folder.path().join(format!("{rows}.csv"));
        fill(&file, *rows, leads)?;
        let mut command = Command::new(&program);
        command.arg(&file).args(dry).env_remove("TELECRM_ENTERPRISE_ID").stdout(Stdio::piped());
        let Run { took, status, stdout, stderr, peak } = run(&mut command)?;
        if status.code() != Some(1) || count(&stdout, "read") != Some(*rows) {
            return Err(format!("{status}\n{stdout}{stderr}").into());
        }
        let accepted = rows - rows / REJECTED;
        if dry.is_some() {
            assert_eq!(count(&stdout, "would be queued"), Some(accepted), "{stdout}");
        } else {
            let sent = ["verified", "superseded by a later row"].map(|word| count(&stdout, word));
            assert_eq!(sent.iter().flatten().sum::<u64>(), accepted, "{stdout}");
        }
        let smallest = *smallest.get_or_insert(peak);
        println!(
            "{rows:>9} rows, {} MB: {:.1} s, {:.0} per second, {} KiB at most; ratio {:.2} (at most 1.1)",
            file.metadata()?.len() / 1_000_000,
            took.as_secs_f64(),
            *rows as f64 / took.as_secs_f64(),
            peak,
            peak as f64 / smallest as f64
        );
    }
    Ok(())
}

/// The number next to a label of the program's table.
fn count(table: &str, label: &str) -> Option<u64> {
    let rows = table.lines().filter_map(|line| line.rsplit_once(' '));
    rows.filter(|(word, _)| word.trim() == label).find_map(|(_, number)| number.parse().ok())
}

/// Writes a spreadsheet with values in the form in which spreadsheet programs export them.
fn fill(path: &Path, rows: u64, leads: u64) -> Result<(), Failure> {
    const COURSES: [&str; 4] = ["NEET", "R & D", "JEE Advanced", ""];
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "phone,name,email,course,budget,follow_up_date,rating,remark")?;
    let courses = iter::repeat(COURSES).flatten();
    for (row, course) in (1..=rows).zip(courses) {
        let lead = row % leads;
        // A number without the digits that the spreadsheet program removed.
        let phone = if row % REJECTED == 0 {
            "9.19877E+11".to_owned()
        } else {
            format!("0{} {:05}", 90_000 + lead / 100_000, lead % 100_000)
        };
        writeln!(
            file,
            "{phone},Asha Rao,asha{lead}@example.com,{course},\"1,{:02},000\",{:02}/12/2026,4.0,Called in the evening about fees",
            row % 100,
            1 + row % 28,
        )?;
    }
    Ok(file.flush()?)
}
