//! `cargo telecrm validate` compared with a JSON Schema validator: two programs on one file, alternately, so
//! that the state of the machine affects both.

mod peer;
mod schema;
mod workload;

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bench_support::{Run, built, run};
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
    let lines = arguments.first().map_or(Ok(DEFAULT_LINES), |lines| lines.parse())?;
    let telecrm = built("cargo-telecrm")?;
    let peer = env::current_exe()?;
    let file = env::temp_dir().join(format!("bench-validate-{}.jsonl", std::process::id()));
    let measured = fill(&file, lines).and_then(|()| measure(lines, &telecrm, &peer, &file));
    fs::remove_file(&file)?;
    measured
}

fn fill(file: &Path, lines: u64) -> Result<(), Failure> {
    let mut to = BufWriter::new(File::create(file)?);
    workload::write(lines, &mut to)?;
    Ok(to.flush()?)
}

fn measure(lines: u64, telecrm: &Path, peer: &Path, file: &Path) -> Result<(), Failure> {
    let mut best = [Duration::MAX; 2];
    let mut peak = 0;
    for _ in 0..ROUNDS {
        let mut command = Command::new(telecrm);
        command
            .args(["telecrm", "validate", workload::SCHEMA])
            .arg(file)
            .args(["--format", "json"])
            .stdout(Stdio::null());
        let Run { took, stderr, peak: memory, .. } = run(&mut command)?;
        best[0] = best[0].min(took);
        peak = peak.max(memory);
        let lost = lines.div_ceil(10);
        assert!(stderr.starts_with(&format!("{lines} bodies: {lost} with drops")), "{stderr}");

        let mut command = Command::new(peer);
        command.arg("--peer").arg(file).stdout(Stdio::null());
        let Run { took, stderr, .. } = run(&mut command)?;
        best[1] = best[1].min(took);
        assert_eq!(stderr.trim(), lost.to_string(), "the peer finds as many lines");
    }
    let rate = |took: Duration| lines as f64 / took.as_secs_f64();
    println!("{lines} lines of {} bytes, best of {ROUNDS}", fs::metadata(file)?.len() / lines);
    println!(
        "cargo telecrm validate  {:>9.0} lines per second, {} MiB at most",
        rate(best[0]),
        peak / 1024
    );
    println!("jsonschema              {:>9.0} lines per second", rate(best[1]));
    println!("ratio                   {:>9.2}", rate(best[0]) / rate(best[1]));
    Ok(())
}
