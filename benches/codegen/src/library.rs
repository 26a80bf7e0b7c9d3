//! Libraries that use generated code, and runs of cargo on them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

/// A library in its own folder.
pub struct Library {
    pub folder: PathBuf,
}

impl Library {
    /// Creates a library. `build_dependencies` are for its `build.rs`, if it gets one.
    pub fn new(root: &Path, name: &str, dependencies: &str, build_dependencies: &str) -> Self {
        let library = Self { folder: root.join(name) };
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n\
             [dependencies]\n{dependencies}\n[build-dependencies]\n{build_dependencies}\n\
             [workspace]\n"
        );
        std::fs::create_dir_all(library.folder.join("src")).expect("writable");
        library.write("Cargo.toml", &manifest);
        library.write("src/lib.rs", "");
        library
    }

    pub fn write(&self, file: &str, text: &str) {
        std::fs::write(self.folder.join(file), text).expect("writable");
    }

    /// Runs cargo without incremental compilation, and panics if it fails.
    pub fn cargo(&self, arguments: &[&str]) {
        let output = self.run(arguments, "0");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs `cargo check` with incremental compilation, and returns its output even if it fails.
    pub fn check(&self) -> Output {
        self.run(&["check"], "1")
    }

    fn run(&self, arguments: &[&str], incremental: &str) -> Output {
        Command::new("cargo")
            .args(arguments)
            .args(["--quiet", "--color=never"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", incremental)
            .output()
            .expect("cargo runs")
    }

    /// Measures the processor time of a check after a change of the file.
    pub fn check_again(&self) -> Duration {
        let library = self.folder.join("src/lib.rs");
        let code = std::fs::read(&library).expect("the file was written");
        std::fs::write(&library, code).expect("writable");
        let before = processor_time();
        self.cargo(&["check"]);
        processor_time() - before
    }
}

/// Processor time of all ended child processes (Linux).
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    // The name of the process is in brackets and may contain spaces. The state and numbers follow it;
    // `cutime` and `cstime` are the 14th and 15th, in hundredths of a second.
    let (_, after) = stat.rsplit_once(')').expect("a name");
    let ticks = after.split_whitespace().skip(13).take(2);
    Duration::from_millis(ticks.map(|count| count.parse::<u64>().expect("a number") * 10).sum())
}
