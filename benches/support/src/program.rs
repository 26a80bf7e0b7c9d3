//! Programs of the project as people install them, and what a run of them takes.

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Builds a package of the project's own workspace in the release profile, and returns its program.
///
/// # Errors
///
/// When it cannot be built.
pub fn built(package: &str) -> Result<PathBuf, Box<dyn Error>> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--release", "--package", package, "--message-format", "json"])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    let messages = String::from_utf8(output.stdout)?;
    let messages =
        messages.lines().filter_map(|it| serde_json::from_str::<serde_json::Value>(it).ok());
    let path = messages.filter_map(|it| Some(it["executable"].as_str()?.to_owned())).next_back();
    path.map(PathBuf::from).ok_or_else(|| format!("{package} cannot be built").into())
}

/// One run of a program.
#[derive(Debug)]
pub struct Run {
    pub took: Duration,
    pub status: ExitStatus,
    /// Empty where the command did not ask for a pipe.
    pub stdout: String,
    pub stderr: String,
    /// The most memory that it had at once, in KiB; 0 where the system does not say.
    pub peak: u64,
}

/// Runs a program to its end.
///
/// # Errors
///
/// When it cannot be started, or prints what is not text.
pub fn run(command: &mut Command) -> Result<Run, Box<dyn Error>> {
    let start = Instant::now();
    let child = command.stderr(Stdio::piped()).spawn()?;
    let process = child.id().to_string();
    let watch = std::thread::spawn(move || {
        let mut peak = 0;
        // Once it has ended, there is no such line any more.
        while let Some(now) = peak_memory(&process) {
            peak = now;
            std::thread::sleep(Duration::from_millis(20));
        }
        peak
    });
    let output = child.wait_with_output()?;
    let took = start.elapsed();
    Ok(Run {
        took,
        status: output.status,
        stdout: String::from_utf8(output.stdout)?,
        stderr: String::from_utf8(output.stderr)?,
        peak: watch.join().unwrap_or_default(),
    })
}

/// The most memory that a process (an id, or `self`) had at once, in KiB, where the system says.
#[must_use]
pub fn peak_memory(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
