//! telecrm-codegen against prost-build and typify: the same content, in the same run, as ratios.
//!
//! `cargo run -p bench-codegen` in the folder `benches`. The dev profile is the point: it is how
//! build scripts run.

mod generate;
mod workload;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use workload::Size;

const SIZE: Size = Size { fields: 1_000, actions: 100 };
const RUNS: usize = 7;

fn main() {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("once"), fields) => {
            return once(fields.and_then(|it| it.parse().ok()).unwrap_or(100));
        }
        (Some("generate"), Some(generator)) => return generate_to_stdout(&generator),
        _ => {}
    }
    // One table by its name, or all.
    let wanted = std::env::args().nth(1);
    println!("| what | ours | peer | ratio | at most |\n|---|---|---|---|---|");
    let tables: [(&str, fn()); 4] = [
        ("generating", generating),
        ("checking", checking),
        ("building", building),
        ("growing", growing),
    ];
    for (name, table) in tables {
        if wanted.as_deref().is_none_or(|wanted| wanted == name) {
            table();
        }
    }
}

fn row(what: &str, ours: Duration, peer: &str, theirs: Duration, at_most: f64) {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    let mark = if ratio <= at_most { "" } else { " (missed)" };
    println!("| {what} | {ours:.0?} | {peer} {theirs:.0?} | {ratio:.2}{mark} | {at_most} |");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Each in turn, so that a slow minute of the machine slows all of them.
fn in_turn<const N: usize>(runs: usize, mut what: [&mut dyn FnMut(); N]) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    for run in 0..=runs {
        for (index, what) in what.iter_mut().enumerate() {
            let start = Instant::now();
            what();
            // The first round warms up.
            if run > 0 {
                times[index].push(start.elapsed());
            }
        }
    }
    times.map(median)
}

fn generating() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("crm.proto"), workload::proto(SIZE)).expect("writable");
    let (yaml, schema) = (workload::telecrm(SIZE), workload::json_schema(SIZE));
    let [ours, prost, typify] = in_turn(
        RUNS,
        [
            &mut || drop(generate::telecrm(&yaml)),
            &mut || drop(generate::prost(folder.path())),
            &mut || drop(generate::typify(&schema)),
        ],
    );
    row("generating, dev profile", ours, "prost-build", prost, 0.9);
    row("generating, dev profile", ours, "typify", typify, 0.45);
}

/// A library of one generated file, with its dependencies checked beforehand.
struct Library {
    folder: PathBuf,
}

impl Library {
    fn new(root: &Path, name: &str, dependencies: &str, code: &str) -> Self {
        let folder = root.join(name);
        std::fs::create_dir_all(folder.join("src")).expect("writable");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
             [dependencies]\n{dependencies}\n[workspace]\n"
        );
        std::fs::write(folder.join("Cargo.toml"), manifest).expect("writable");
        std::fs::write(folder.join("src/lib.rs"), code).expect("writable");
        Self { folder }
    }

    fn cargo(&self, arguments: &[&str]) {
        let output = Command::new("cargo")
            .args(arguments)
            .args(["--quiet", "--color=never"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// As after a change of the file.
    fn check_again(&self) {
        let library = self.folder.join("src/lib.rs");
        let code = std::fs::read(&library).expect("it was written");
        std::fs::write(&library, code).expect("writable");
        self.cargo(&["check"]);
    }
}

fn here(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path).display().to_string()
}

fn checking() {
    let root = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(root.path().join("crm.proto"), workload::proto(SIZE)).expect("writable");
    let runtime = format!(
        "telecrm-runtime = {{ path = \"{}\", default-features = false }}\n",
        here("telecrm-runtime")
    );
    let ours =
        Library::new(root.path(), "ours", &runtime, &generate::telecrm(&workload::telecrm(SIZE)));
    let prost = Library::new(
        root.path(),
        "with_prost",
        "prost = \"0.14\"\n",
        &generate::prost(root.path()),
    );
    let typify = Library::new(
        root.path(),
        "with_typify",
        "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n",
        &generate::typify(&workload::json_schema(SIZE)),
    );
    let [our_time, prost_time, typify_time] = in_turn(
        5,
        [&mut || ours.check_again(), &mut || prost.check_again(), &mut || typify.check_again()],
    );
    row("`cargo check` of the generated code alone", our_time, "prost", prost_time, 0.3);
    row("`cargo check` of the generated code alone", our_time, "typify", typify_time, 0.18);
}

fn building() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let codegen = format!("telecrm-codegen = {{ path = \"{}\" }}\n", here("telecrm-codegen"));
    let libraries = [("ours", codegen.as_str()), ("with_typify", "typify = { version = \"0.8\", default-features = false }\nprettyplease = \"0.2\"\nsyn = { version = \"2\", features = [\"full\"] }\nserde_json = \"1\"\nschemars = \"0.8\"\n")]
        .map(|(name, dependencies)| Library::new(root.path(), name, dependencies, ""));
    let clean = |library: &Library| {
        let _ = std::fs::remove_dir_all(library.folder.join("target"));
        library.cargo(&["build"]);
    };
    let [ours, typify] = in_turn(3, [&mut || clean(&libraries[0]), &mut || clean(&libraries[1])]);
    row("clean build as a build-dependency", ours, "typify", typify, 0.75);
}

/// Time and memory per field of a small and of a large workspace, each in a process of its own.
fn growing() {
    let measure = |fields: usize| {
        let mut times = Vec::new();
        let mut memory = 0.0_f64;
        for _ in 0..3 {
            let program = std::env::current_exe().expect("this program has a file");
            let output = Command::new(program).args(["once", &fields.to_string()]).output();
            let output = output.expect("this program runs again");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let mut words = said.split_whitespace().filter_map(|it| it.parse::<f64>().ok());
            let (time, peak) = (words.next(), words.next());
            times.push(Duration::from_secs_f64(time.expect("it prints its time")));
            memory = memory.max(peak.expect("and its memory"));
        }
        (median(times).as_secs_f64() / fields as f64, memory / fields as f64)
    };
    let (small_time, small_memory) = measure(100);
    let (large_time, large_memory) = measure(10_000);
    for (what, small, large, unit) in [
        ("time per field, 100 to 10,000 fields", small_time * 1e6, large_time * 1e6, "µs"),
        ("memory per field, 100 to 10,000 fields", small_memory, large_memory, "kB"),
    ] {
        let ratio = large / small;
        let mark = if ratio <= 1.5 { "" } else { " (missed)" };
        println!(
            "| {what} | {large:.0} {unit} | at 100: {small:.0} {unit} | {ratio:.2}{mark} | 1.5 |"
        );
    }
}

/// Generates once, for a counter of instructions around it.
fn generate_to_stdout(generator: &str) {
    let code = match generator {
        "ours" => generate::telecrm(&workload::telecrm(SIZE)),
        "prost-build" => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            std::fs::write(folder.path().join("crm.proto"), workload::proto(SIZE))
                .expect("writable");
            generate::prost(folder.path())
        }
        "typify" => generate::typify(&workload::json_schema(SIZE)),
        other => panic!("no generator {other}"),
    };
    println!("{code}");
}

/// Generates once; prints seconds, and kilobytes above what the process had before.
fn once(fields: usize) {
    let yaml = workload::telecrm(Size { fields, actions: 0 });
    let before = peak();
    let start = Instant::now();
    let code = generate::telecrm(&yaml);
    println!("{} {} {}", start.elapsed().as_secs_f64(), peak() - before, code.len());
}

/// The peak of resident memory so far, in kB (`VmHWM` of Linux).
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0.0)
}
