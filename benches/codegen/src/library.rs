//! Libraries that use generated code, and cargo's runs on them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

/// A library in a folder of its own.
pub struct Library {
    pub folder: PathBuf,
}

impl Library {
    /// `build_dependencies` are those of a `build.rs`, where there is one.
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

    /// Without incremental compilation, and without an error.
    pub fn cargo(&self, arguments: &[&str]) {
        let output = self.run(arguments, "0");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// `cargo check` as people run it, whatever comes of it.
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

    /// Processor time of a check as after a change of the file.
    pub fn check_again(&self) -> Duration {
        let library = self.folder.join("src/lib.rs");
        let code = std::fs::read(&library).expect("it was written");
        std::fs::write(&library, code).expect("writable");
        let before = processor_time();
        self.cargo(&["check"]);
        processor_time() - before
    }
}

/// Processor time of all processes that this one started and that have ended (Linux).
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    // The name may hold spaces, and is the last in brackets. After it come the state and numbers,
    // of which `cutime` and `cstime` are the 14th and 15th, in hundredths of a second.
    let (_, after) = stat.rsplit_once(')').expect("a name");
    let ticks = after.split_whitespace().skip(13).take(2);
    Duration::from_millis(ticks.map(|it| it.parse::<u64>().expect("a number") * 10).sum())
}
