//! `cargo telecrm validate` against a validator of JSON Schema: program against program, on one
//! file, in turns, so that both meet the same machine.

mod peer;
mod schema;
mod workload;

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use telecrm_schema::Schema;

type Failure = Box<dyn Error>;

const ROUNDS: usize = 7;
const DEFAULT_LINES: u64 = 200_000;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [mode, file] = &arguments[..]
        && mode == "--peer"
    {
        let schema = schema::of(&Schema::from_file(workload::SCHEMA)?);
        eprintln!("{}", peer::run(&schema, Path::new(file))?);
        return Ok(());
    }
    let lines = arguments.first().map_or(Ok(DEFAULT_LINES), |it| it.parse())?;
    let ours = built()?;
    let peer = env::current_exe()?;
    let file = env::temp_dir().join(format!("bench-validate-{}.jsonl", std::process::id()));
    let measured = fill(&file, lines).and_then(|()| measure(lines, &ours, &peer, &file));
    fs::remove_file(&file)?;
    measured
}

/// The program, in the profile that people install.
fn built() -> Result<PathBuf, Failure> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--release", "--package", "cargo-telecrm", "--message-format", "json"])
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    let messages = String::from_utf8(output.stdout)?;
    let messages =
        messages.lines().filter_map(|it| serde_json::from_str::<serde_json::Value>(it).ok());
    let path = messages.filter_map(|it| Some(it["executable"].as_str()?.to_owned())).last();
    path.map(PathBuf::from).ok_or_else(|| "cargo-telecrm cannot be built".into())
}

fn fill(file: &Path, lines: u64) -> Result<(), Failure> {
    let mut to = BufWriter::new(File::create(file)?);
    workload::write(lines, &mut to)?;
    Ok(to.flush()?)
}

fn measure(lines: u64, ours: &Path, peer: &Path, file: &Path) -> Result<(), Failure> {
    let mut best = [Duration::MAX; 2];
    let mut peak = 0;
    for _ in 0..ROUNDS {
        let mut command = Command::new(ours);
        command
            .args(["telecrm", "validate", workload::SCHEMA])
            .arg(file)
            .args(["--format", "json"]);
        let (took, said, memory) = timed(command)?;
        best[0] = best[0].min(took);
        peak = peak.max(memory);
        let lost = lines.div_ceil(10);
        assert!(said.starts_with(&format!("{lines} bodies: {lost} with drops")), "{said}");

        let mut command = Command::new(peer);
        command.arg("--peer").arg(file);
        let (took, said, _) = timed(command)?;
        best[1] = best[1].min(took);
        assert_eq!(said.trim(), lost.to_string(), "the peer finds as many lines");
    }
    let rate = |took: Duration| lines as f64 / took.as_secs_f64();
    println!("{lines} lines of {} bytes, best of {ROUNDS}", fs::metadata(file)?.len() / lines);
    println!(
        "cargo telecrm validate  {:>9.0} lines a second, {} MiB at most",
        rate(best[0]),
        peak / 1024
    );
    println!("jsonschema              {:>9.0} lines a second", rate(best[1]));
    println!("ratio                   {:>9.2}", rate(best[0]) / rate(best[1]));
    Ok(())
}

/// How long it ran, what it said on stderr, and its most memory in KiB, where the system says.
fn timed(mut command: Command) -> Result<(Duration, String, u64), Failure> {
    let start = Instant::now();
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let watch = std::thread::spawn(move || {
        let mut peak = 0;
        // Once it has ended, there is no such line any more.
        while let Some(now) = peak_memory(&status) {
            peak = now;
            std::thread::sleep(Duration::from_millis(20));
        }
        peak
    });
    let output = child.wait_with_output()?;
    let took = start.elapsed();
    let memory = watch.join().unwrap_or_default();
    Ok((took, String::from_utf8(output.stderr)?, memory))
}

fn peak_memory(status: &str) -> Option<u64> {
    let status = fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
