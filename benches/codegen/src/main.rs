//! Compares telecrm-codegen with prost-build and typify.
//!
//! Each row is a ratio for the same content in the same run.
//!
//! Run `cargo run -p bench-codegen` in the folder `benches`. Use the dev profile, like build scripts.

mod edit;
mod fifty;
mod generate;
mod library;
mod workload;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use library::Library;
use workload::Size;

const SIZE: Size = Size { fields: 1_000, actions: 100 };

fn main() {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("once"), fields) => {
            return once(fields.and_then(|count| count.parse().ok()).unwrap_or(100));
        }
        (Some("generate"), Some(generator)) => return generate_to_stdout(&generator),
        _ => {}
    }
    // Print one table by name, or all tables.
    let wanted = std::env::args().nth(1);
    println!("| measurement | telecrm | peer | ratio | at most |\n|---|---|---|---|---|");
    let tables: [(&str, fn()); 7] = [
        ("editing", edit::editing),
        ("generating", generating),
        ("checking", checking),
        ("building", building),
        ("client", client),
        ("growing", growing),
        ("fifty", fifty::fifty),
    ];
    for (name, table) in tables {
        if wanted.as_deref().is_none_or(|wanted| wanted == name) {
            table();
        }
    }
}

/// Prints a row with two times.
fn print_times(
    measurement: &str,
    telecrm: Duration,
    peer: &str,
    peer_time: Duration,
    at_most: Option<f64>,
) {
    let (telecrm, peer_time) = (telecrm.as_secs_f64(), peer_time.as_secs_f64());
    print_row(
        measurement,
        &format!("{telecrm:.2} s"),
        &format!("{peer} {peer_time:.2} s"),
        telecrm / peer_time,
        at_most,
    );
}

fn print_row(measurement: &str, telecrm: &str, peer: &str, ratio: f64, at_most: Option<f64>) {
    let mark = if at_most.is_some_and(|goal| ratio > goal) { " (missed)" } else { "" };
    let goal = at_most.map_or_else(|| "–".to_owned(), |goal| goal.to_string());
    println!("| {measurement} | {telecrm} | {peer} | {ratio:.2}{mark} | {goal} |");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Runs the measurements alternately, so that a slow minute of the machine slows all of them.
///
/// Returns the median time of each.
fn in_turn<const N: usize>(
    runs: usize,
    mut measurements: [&mut dyn FnMut() -> Duration; N],
) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    for run in 0..=runs {
        for (index, measure) in measurements.iter_mut().enumerate() {
            let took = measure();
            // The first round warms up.
            if run > 0 {
                times[index].push(took);
            }
        }
    }
    times.map(median)
}

/// Compares instructions, which are the same in every run.
fn generating() {
    let [telecrm, prost, typify] = ["ours", "prost-build", "typify"].map(instructions);
    for (peer, peer_count) in [("prost-build", prost), ("typify", typify)] {
        let giga = |count: f64| format!("{:.2} G", count / 1e9);
        print_row(
            "instructions to generate, dev profile",
            &giga(telecrm),
            &format!("{peer} {}", giga(peer_count)),
            telecrm / peer_count,
            Some(0.7),
        );
    }
}

/// Counts the instructions of this program with valgrind.
fn instructions(generator: &str) -> f64 {
    let program = std::env::current_exe().expect("this program has a file");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["generate", generator])
        .output()
        .expect("valgrind is installed");
    let stderr = String::from_utf8_lossy(&output.stderr);
    let count = stderr.lines().find_map(|line| line.split_once("Collected : "));
    count.and_then(|(_, count)| count.trim().parse().ok()).expect("callgrind prints its count")
}

/// The absolute path of a file or folder of the repository.
fn repository_path(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path).display().to_string()
}

/// `telecrm-runtime` as a dependency without HTTP, which is enough for generated code.
fn runtime_dependency() -> String {
    let path = repository_path("telecrm-runtime");
    format!("telecrm-runtime = {{ path = \"{path}\", default-features = false }}\n")
}

/// `telecrm-codegen` as a build-dependency.
fn codegen_dependency() -> String {
    format!("telecrm-codegen = {{ path = \"{}\" }}\n", repository_path("telecrm-codegen"))
}

const PROST: &str = "prost = \"0.14\"\n";
const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";

/// Compares processor time, because wall time on shared machines varies by a factor of two.
fn checking() {
    let root = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(root.path().join("crm.proto"), workload::proto(SIZE)).expect("writable");
    let telecrm = generate::telecrm(&workload::telecrm(SIZE));
    let typify = generate::typify(&workload::json_schema(SIZE));
    let libraries = [
        ("ours", runtime_dependency().as_str(), telecrm),
        ("with_prost", PROST, generate::prost(root.path())),
        ("with_typify", SERDE, typify),
    ]
    .map(|(name, dependencies, code)| {
        let library = Library::new(root.path(), name, dependencies, "");
        library.write("src/lib.rs", &code);
        library
    });
    let [telecrm, prost, typify] = in_turn(
        5,
        [&mut || libraries[0].check_again(), &mut || libraries[1].check_again(), &mut || {
            libraries[2].check_again()
        }],
    );
    let measurement = "processor time of `cargo check`, only generated code";
    print_times(measurement, telecrm, "prost", prost, Some(0.33));
    print_times(measurement, telecrm, "typify", typify, Some(0.2));
}

fn building() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let codegen = codegen_dependency();
    let libraries = [("ours", codegen.as_str()), ("with_typify", "typify = { version = \"0.8\", default-features = false }\nprettyplease = \"0.2\"\nsyn = { version = \"2\", features = [\"full\"] }\nserde_json = \"1\"\nschemars = \"0.8\"\n")]
        .map(|(name, dependencies)| Library::new(root.path(), name, dependencies, ""));
    let [telecrm, typify] =
        in_turn(3, [&mut || clean_build(&libraries[0]), &mut || clean_build(&libraries[1])]);
    print_times("clean build as a build-dependency", telecrm, "typify", typify, Some(0.75));
}

/// Compares a program that sends leads with a program that uses plain reqwest.
fn client() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let runtime =
        format!("telecrm-runtime = {{ path = \"{}\" }}\n", repository_path("telecrm-runtime"));
    let codegen = codegen_dependency();
    let by_hand = format!("reqwest = {{ version = \"0.13\", features = [\"json\"] }}\n{SERDE}");
    let with_client =
        Library::new(root.path(), "with_client", &format!("{runtime}{TOKIO}"), &codegen);
    with_client.write("build.rs", edit::TELECRM_BUILD_SCRIPT);
    let demo = std::fs::read_to_string(repository_path("schema/workspace.yaml"))
        .expect("the demo workspace");
    with_client.write("workspace.yaml", &demo);
    with_client.write("src/lib.rs", "pub mod crm { telecrm_runtime::include_workspace!(); }\n");
    let by_hand = Library::new(root.path(), "by_hand", &format!("{by_hand}{TOKIO}"), "");
    let [telecrm, reqwest] =
        in_turn(3, [&mut || clean_build(&with_client), &mut || clean_build(&by_hand)]);
    print_times(
        "clean build of a program with the client",
        telecrm,
        "reqwest",
        reqwest,
        Some(1.05),
    );
}

const TOKIO: &str = "tokio = { version = \"1\", features = [\"rt-multi-thread\", \"macros\"] }\n";

fn clean_build(library: &Library) -> Duration {
    let _ = std::fs::remove_dir_all(library.folder.join("target"));
    let start = Instant::now();
    library.cargo(&["build"]);
    start.elapsed()
}

/// Compares time and memory per field of a small and a large workspace.
fn growing() {
    let measure = |fields: usize| {
        let mut times = Vec::new();
        let mut memory = 0.0_f64;
        for _ in 0..3 {
            let program = std::env::current_exe().expect("this program has a file");
            let output = Command::new(program).args(["once", &fields.to_string()]).output();
            let output = output.expect("this program runs again");
            let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
            let mut numbers = stdout.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
            let (time, peak) = (numbers.next(), numbers.next());
            times.push(Duration::from_secs_f64(time.expect("the program prints its time")));
            memory = memory.max(peak.expect("the program prints its memory"));
        }
        (median(times).as_secs_f64() / fields as f64, memory / fields as f64)
    };
    let (small_time, small_memory) = measure(100);
    let (large_time, large_memory) = measure(10_000);
    for (measurement, small, large, unit) in [
        ("time per field, 100 to 10,000 fields", small_time * 1e6, large_time * 1e6, "µs"),
        ("memory per field, 100 to 10,000 fields", small_memory, large_memory, "kB"),
    ] {
        let (at_large, at_small) =
            (format!("{large:.0} {unit}"), format!("at 100: {small:.0} {unit}"));
        print_row(measurement, &at_large, &at_small, large / small, Some(1.5));
    }
}

/// Generates once, for the instruction count.
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
        "workspaces" => fifty::generate(fifty::WORKSPACES),
        "workspace" => fifty::generate(1),
        other => panic!("no generator {other}"),
    };
    println!("{code}");
}

/// Generates once, and prints the seconds and the additional kilobytes.
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
