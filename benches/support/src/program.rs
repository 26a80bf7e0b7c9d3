//! Release builds of the project's programs, and the time and memory of their runs.

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

/// Builds a package of the project's workspace in the release profile, and returns the program's path.
///
/// # Errors
///
/// Returns an error if the package cannot be built.
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
        messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let path =
        messages.filter_map(|message| Some(message["executable"].as_str()?.to_owned())).next_back();
    path.map(PathBuf::from).ok_or_else(|| format!("{package} cannot be built").into())
}

/// One run of a program.
#[derive(Debug)]
pub struct Run {
    pub took: Duration,
    pub status: ExitStatus,
    /// Empty unless the command has a pipe for stdout.
    pub stdout: String,
    pub stderr: String,
    /// Maximum memory in KiB, or 0 if the system does not report it.
    pub peak: u64,
}

/// Runs a program until it ends.
///
/// # Errors
///
/// Returns an error if the program cannot be started, or if its output is not text.
pub fn run(command: &mut Command) -> Result<Run, Box<dyn Error>> {
    let start = Instant::now();
    let child = command.stderr(Stdio::piped()).spawn()?;
    let process = child.id().to_string();
    let watch = std::thread::spawn(move || {
        let mut peak = 0;
        // After the end of the program, the line no longer exists.
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

/// Maximum memory of a process (an id, or `self`) in KiB, if the system reports it.
#[must_use]
pub fn peak_memory(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
