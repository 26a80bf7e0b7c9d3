//! Runs the program on a file in a temporary folder.
#![allow(dead_code, reason = "each test program uses a part")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    /// A folder with the file `leads.csv`.
    pub(crate) fn new(csv: impl AsRef<[u8]>) -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        folder.write("leads.csv", csv);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("written");
    }

    /// The program in this folder, without settings for a workspace.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_csv-import"));
        command.args(arguments).env_remove("TELECRM_ENTERPRISE_ID").current_dir(self.0.path());
        command
    }

    pub(crate) fn import(&self, file: &str, arguments: &[&str]) -> Output {
        let arguments = [&[file][..], arguments].concat();
        self.command(&arguments).output().expect("the program runs")
    }

    /// Runs the program with this content on standard input.
    pub(crate) fn import_stdin(&self, content: &[u8], arguments: &[&str]) -> Output {
        let mut command = self.command(&[&["-"][..], arguments].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        child.stdin.take().expect("piped").write_all(content).expect("written");
        child.wait_with_output().expect("it ends")
    }

    /// The rows of the rejects file: row, column, rule and reason.
    pub(crate) fn rejects(&self, name: &str) -> Vec<[String; 4]> {
        let file = self.read(name);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file.as_bytes());
        let header = reader.headers().expect("a header").clone();
        let index = |name: &str| header.iter().position(|header| header == name).expect(name);
        let columns = ["rejected_row", "rejected_column", "rejected_rule", "rejected_reason"];
        let columns = columns.map(index);
        let rows = reader.records().map(|row| row.expect("a row"));
        rows.map(|row| columns.map(|column| row[column].to_owned())).collect()
    }
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The number next to a label of the table, or `None` if the table has no such line.
pub(crate) fn count(output: &Output, label: &str) -> Option<u64> {
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut rows = table.lines().filter_map(|line| line.trim().rsplit_once(' '));
    rows.find(|(text, _)| text.trim() == label).and_then(|(_, number)| number.parse().ok())
}
