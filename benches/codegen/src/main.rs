//! telecrm-codegen against prost-build and typify: the same content, in the same run, as ratios.
//!
//! `cargo run -p bench-codegen` in the folder `benches`. The dev profile is the point: it is how
//! build scripts run.

mod edit;
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
            return once(fields.and_then(|it| it.parse().ok()).unwrap_or(100));
        }
        (Some("generate"), Some(generator)) => return generate_to_stdout(&generator),
        _ => {}
    }
    // One table by its name, or all.
    let wanted = std::env::args().nth(1);
    println!("| what | ours | peer | ratio | at most |\n|---|---|---|---|---|");
    let tables: [(&str, fn()); 6] = [
        ("editing", edit::editing),
        ("generating", generating),
        ("checking", checking),
        ("building", building),
        ("client", client),
        ("growing", growing),
    ];
    for (name, table) in tables {
        if wanted.as_deref().is_none_or(|wanted| wanted == name) {
            table();
        }
    }
}

fn row(what: &str, ours: Duration, peer: &str, theirs: Duration, at_most: Option<f64>) {
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    let (ours, theirs) = (ours.as_secs_f64(), theirs.as_secs_f64());
    print_row(what, &format!("{ours:.2} s"), &format!("{peer} {theirs:.2} s"), ratio, at_most);
}

fn print_row(what: &str, ours: &str, theirs: &str, ratio: f64, at_most: Option<f64>) {
    let mark = if at_most.is_some_and(|goal| ratio > goal) { " (missed)" } else { "" };
    let goal = at_most.map_or_else(|| "–".to_owned(), |goal| goal.to_string());
    println!("| {what} | {ours} | {theirs} | {ratio:.2}{mark} | {goal} |");
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Each in turn, so that a slow minute of the machine slows all of them. Each returns what it took.
fn in_turn<const N: usize>(
    runs: usize,
    mut what: [&mut dyn FnMut() -> Duration; N],
) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    for run in 0..=runs {
        for (index, what) in what.iter_mut().enumerate() {
            let took = what();
            // The first round warms up.
            if run > 0 {
                times[index].push(took);
            }
        }
    }
    times.map(median)
}

/// Instructions, since they are the same on every run.
fn generating() {
    let [ours, prost, typify] = ["ours", "prost-build", "typify"].map(instructions);
    for (peer, theirs) in [("prost-build", prost), ("typify", typify)] {
        let giga = |count: f64| format!("{:.2} G", count / 1e9);
        print_row(
            "instructions to generate, dev profile",
            &giga(ours),
            &format!("{peer} {}", giga(theirs)),
            ours / theirs,
            Some(0.7),
        );
    }
}

/// Counted by valgrind around this program.
fn instructions(generator: &str) -> f64 {
    let program = std::env::current_exe().expect("this program has a file");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["generate", generator])
        .output()
        .expect("valgrind is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    let count = said.lines().find_map(|line| line.split_once("Collected : "));
    count.and_then(|(_, count)| count.trim().parse().ok()).expect("callgrind prints its count")
}

fn here(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path).display().to_string()
}

/// `telecrm-runtime` as a dependency, without HTTP: what generated code needs.
fn our_runtime() -> String {
    let path = here("telecrm-runtime");
    format!("telecrm-runtime = {{ path = \"{path}\", default-features = false }}\n")
}

/// `telecrm-codegen` as a build-dependency.
fn our_codegen() -> String {
    format!("telecrm-codegen = {{ path = \"{}\" }}\n", here("telecrm-codegen"))
}

const PROST: &str = "prost = \"0.14\"\n";
const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";

/// Processor time, since wall time on shared machines varies by a factor of two.
fn checking() {
    let root = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(root.path().join("crm.proto"), workload::proto(SIZE)).expect("writable");
    let ours = generate::telecrm(&workload::telecrm(SIZE));
    let typify = generate::typify(&workload::json_schema(SIZE));
    let libraries = [
        ("ours", our_runtime().as_str(), ours),
        ("with_prost", PROST, generate::prost(root.path())),
        ("with_typify", SERDE, typify),
    ]
    .map(|(name, dependencies, code)| {
        let library = Library::new(root.path(), name, dependencies, "");
        library.write("src/lib.rs", &code);
        library
    });
    let [ours, prost, typify] = in_turn(
        5,
        [&mut || libraries[0].check_again(), &mut || libraries[1].check_again(), &mut || {
            libraries[2].check_again()
        }],
    );
    let what = "processor time of `cargo check`, generated code alone";
    row(what, ours, "prost", prost, Some(0.33));
    row(what, ours, "typify", typify, Some(0.2));
}

fn building() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let codegen = our_codegen();
    let libraries = [("ours", codegen.as_str()), ("with_typify", "typify = { version = \"0.8\", default-features = false }\nprettyplease = \"0.2\"\nsyn = { version = \"2\", features = [\"full\"] }\nserde_json = \"1\"\nschemars = \"0.8\"\n")]
        .map(|(name, dependencies)| Library::new(root.path(), name, dependencies, ""));
    let [ours, typify] =
        in_turn(3, [&mut || clean_build(&libraries[0]), &mut || clean_build(&libraries[1])]);
    row("clean build as a build-dependency", ours, "typify", typify, Some(0.75));
}

/// A program that sends leads, and the same by hand with reqwest as people add it.
fn client() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let runtime = format!("telecrm-runtime = {{ path = \"{}\" }}\n", here("telecrm-runtime"));
    let codegen = our_codegen();
    let by_hand = format!("reqwest = {{ version = \"0.13\", features = [\"json\"] }}\n{SERDE}");
    let ours = Library::new(root.path(), "with_client", &format!("{runtime}{TOKIO}"), &codegen);
    ours.write("build.rs", edit::OUR_BUILD_SCRIPT);
    let demo = std::fs::read_to_string(here("schema/workspace.yaml")).expect("the demo workspace");
    ours.write("workspace.yaml", &demo);
    ours.write("src/lib.rs", "pub mod crm { telecrm_runtime::include_workspace!(); }\n");
    let by_hand = Library::new(root.path(), "by_hand", &format!("{by_hand}{TOKIO}"), "");
    let [ours, theirs] = in_turn(3, [&mut || clean_build(&ours), &mut || clean_build(&by_hand)]);
    row("clean build of a program with our client", ours, "reqwest", theirs, Some(1.05));
}

const TOKIO: &str = "tokio = { version = \"1\", features = [\"rt-multi-thread\", \"macros\"] }\n";

fn clean_build(library: &Library) -> Duration {
    let _ = std::fs::remove_dir_all(library.folder.join("target"));
    let start = Instant::now();
    library.cargo(&["build"]);
    start.elapsed()
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
        let (ours, theirs) = (format!("{large:.0} {unit}"), format!("at 100: {small:.0} {unit}"));
        print_row(what, &ours, &theirs, large / small, Some(1.5));
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
