//! Crates that tests write and compile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A separate crate in the target folder.
///
/// All scratch crates share one target folder, so that their dependencies are compiled once. cargo's lock
/// separates concurrent tests.
#[derive(Clone, Debug)]
pub struct ScratchCrate {
    folder: PathBuf,
}

impl ScratchCrate {
    /// Creates a crate with this name in a folder that cargo gives to tests
    /// (`env!("CARGO_TARGET_TMPDIR")`). `manifest` follows the name in `Cargo.toml`; `{root}` in it is the
    /// root of the repository.
    ///
    /// # Panics
    ///
    /// Panics if the folder cannot be written to.
    #[must_use]
    pub fn new(target_tmpdir: &str, name: &str, manifest: &str) -> Self {
        let scratch = Self { folder: Path::new(target_tmpdir).join(name) };
        let manifest = manifest.replace("{root}", &ROOT.replace('\\', "/"));
        scratch.write(
            "Cargo.toml",
            &format!("[package]\nname = {name:?}\nversion = \"0.0.0\"\n{manifest}\n[workspace]\n"),
        );
        // The versions of the workspace, without a request to the registry.
        let lock = Path::new(ROOT).join("Cargo.lock");
        if lock.exists() {
            fs::copy(lock, scratch.path("Cargo.lock")).expect("the target folder is writable");
        }
        scratch
    }

    /// The path of a file of the crate.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file. A file with the same content keeps its modification time.
    ///
    /// # Panics
    ///
    /// Panics if the folder cannot be written to.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return;
        }
        let folder = path.parent().expect("a file of the crate is in its folder");
        fs::create_dir_all(folder).expect("the target folder is writable");
        fs::write(path, text).expect("the target folder is writable");
    }

    /// The target folder of all scratch crates.
    ///
    /// # Panics
    ///
    /// Panics if the crate is at the root of the file system.
    #[must_use]
    pub fn target(&self) -> PathBuf {
        self.folder.parent().expect("the crate is in a folder of cargo").join("scratch-target")
    }

    /// A cargo command in the folder of the crate.
    #[must_use]
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .args(arguments)
            .arg("--color=never")
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.target())
            .env_remove("RUSTFLAGS");
        command
    }

    /// Runs cargo until it ends.
    ///
    /// # Panics
    ///
    /// Panics if cargo cannot be started.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.cargo(arguments).output().expect("cargo runs this test, so it can run again")
    }
}
