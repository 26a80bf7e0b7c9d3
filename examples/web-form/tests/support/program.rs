//! The program `web-form` as a process.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use telecrm_emulator::Emulator;

pub(crate) struct Program {
    process: Child,
    /// The URL of the form.
    pub(crate) form: String,
    log: PathBuf,
}

impl Program {
    pub(crate) fn start(telecrm: &Emulator, database: &Path, arguments: &[&str]) -> Self {
        // Unlike a pipe, a file does not stop a program whose messages are not read.
        let log = database.with_extension("log");
        let mut process = Command::new(env!("CARGO_BIN_EXE_web-form"))
            .arg("--database")
            .arg(database)
            .args(arguments)
            .env("TELECRM_ENTERPRISE_ID", telecrm.enterprise_id())
            .env("TELECRM_ASYNC_TOKEN", telecrm.async_token())
            .env("TELECRM_ASYNC_URL", telecrm.url())
            .env("TELECRM_SYNC_TOKEN", telecrm.sync_token())
            .env("TELECRM_SYNC_URL", telecrm.sync_url())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a writable folder"))
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let form = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("form ").map(str::to_owned))
            .expect("the program prints the address of the form");
        Self { process, form, log }
    }

    /// Kills the program, and returns its output on stderr.
    pub(crate) fn messages(mut self) -> String {
        self.kill();
        fs::read_to_string(&self.log).expect("the messages")
    }

    /// Kills the program with `SIGKILL`, so it cannot run any further code.
    pub(crate) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
