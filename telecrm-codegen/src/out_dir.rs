//! Generated files of one build script, and leftover files of its earlier runs.
//!
//! Cargo keeps `OUT_DIR` between builds. A file that an earlier run generated, but this run does not,
//! could still be included, with the labels of an earlier schema. Therefore such a file is renamed,
//! and a stub with a `compile_error!` replaces it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use telecrm_schema::{Error, Rule, escaped};

use crate::output::MARKER;

/// Files that this process has written.
static WRITTEN: Mutex<Written> = Mutex::new(Written::new());

/// Writes the code of a schema, but only if its bytes change.
///
/// A new modification time would make cargo build the user's crate again.
///
/// # Errors
///
/// Returns an error if another schema was written to this path, or if the file cannot be written.
pub(crate) fn write(path: &Path, schema: &Path, code: &str) -> Result<(), Error> {
    let out_dir = std::env::var_os("OUT_DIR").map(PathBuf::from);
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    written.write(&Output { path, schema, code }, out_dir.as_deref())
}

struct Output<'o> {
    path: &'o Path,
    schema: &'o Path,
    code: &'o str,
}

/// Outputs of one process.
#[derive(Debug)]
struct Written {
    /// The schema of each file.
    schemas: BTreeMap<PathBuf, PathBuf>,
    /// The folders in `OUT_DIR` in which earlier files were set aside.
    folders: BTreeMap<PathBuf, Folder>,
}

/// The files of one folder, by name without `.rs`.
#[derive(Debug, Default)]
struct Folder {
    written: BTreeSet<String>,
    left_over: BTreeSet<String>,
}

impl Written {
    const fn new() -> Self {
        Self { schemas: BTreeMap::new(), folders: BTreeMap::new() }
    }

    /// Writes a file, and sets aside leftover files if its folder is in `out_dir`.
    ///
    /// Files in other folders may belong to another build script.
    fn write(&mut self, output: &Output<'_>, out_dir: Option<&Path>) -> Result<(), Error> {
        let Output { path, schema, code } = *output;
        let unwritable = |error: io::Error| unwritable(path, &error);
        let folder = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder).map_err(unwritable)?;
        let key = canonical(path);
        let schema_key = canonical(schema);
        match self.schemas.get(&key) {
            Some(first) if *first != schema_key => return Err(two_schemas(path, first, schema)),
            Some(_) => {}
            None => {
                self.schemas.insert(key, schema_key);
            }
        }
        let is_in_out_dir =
            out_dir.is_some_and(|out_dir| canonical(folder).starts_with(canonical(out_dir)));
        if is_in_out_dir {
            self.set_aside(folder, path).map_err(unwritable)?;
        }
        if fs::read(path).is_ok_and(|old| old == code.as_bytes()) {
            return Ok(());
        }
        fs::write(path, code).map_err(unwritable)
    }

    /// Sets aside the files of earlier runs, and restores the earlier version of this file.
    ///
    /// The stubs of the other files list the current names.
    fn set_aside(&mut self, folder: &Path, path: &Path) -> io::Result<()> {
        let key = canonical(folder);
        if !self.folders.contains_key(&key) {
            let left_over = generated_files(folder)?;
            for name in &left_over {
                let path = folder.join(format!("{name}.rs"));
                if !is_stub(&path)? {
                    fs::rename(&path, earlier(&path))?;
                }
            }
            self.folders.insert(key.clone(), Folder { left_over, ..Folder::default() });
        }
        let Some(files) = self.folders.get_mut(&key) else { return Ok(()) };
        let name = stem(path);
        if files.left_over.remove(&name) {
            // A rename keeps the modification time, so nothing is rebuilt for it.
            match fs::rename(earlier(path), path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => fs::remove_file(path)?,
                renamed => renamed?,
            }
        }
        files.written.insert(name);
        for name in &files.left_over {
            let stub = stub(name, &files.written);
            let path = folder.join(format!("{name}.rs"));
            if fs::read(&path).is_ok_and(|old| old == stub.as_bytes()) {
                continue;
            }
            fs::write(path, stub)?;
        }
        Ok(())
    }
}

/// The path at which an earlier file is set aside.
fn earlier(path: &Path) -> PathBuf {
    path.with_extension("rs.earlier")
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The canonical path of a file that may not exist yet.
fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).unwrap_or_default();
        folder.join(path.file_name().unwrap_or_default())
    })
}

/// Names of the files that this crate generated into a folder.
fn generated_files(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        if is_rust && path.is_file() && starts_with(&path, MARKER)? {
            names.insert(stem(&path));
        }
    }
    Ok(names)
}

/// Text of a stub after the marker.
const STUB: &str = ": not written any more.";

fn is_stub(path: &Path) -> io::Result<bool> {
    starts_with(path, &format!("{MARKER}{STUB}"))
}

fn starts_with(path: &Path, start: &str) -> io::Result<bool> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(start.len() as u64).read_to_end(&mut bytes)?;
    Ok(bytes == start.as_bytes())
}

/// The code that replaces a file that the build script no longer writes.
fn stub(name: &str, written: &BTreeSet<String>) -> String {
    let call = |name: &String| format!("`include_workspace!({name:?})`");
    let calls: Vec<String> = written.iter().map(call).collect();
    let message = format!(
        "the build script no longer writes {name:?}: include a module that it writes, {}, or set \
         this name with `Config::module_name({name:?})` in the build script",
        calls.join(" or ")
    );
    format!("{MARKER}{STUB}\n\n::core::compile_error!({message:?});\n")
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    let shown = path.to_string_lossy();
    let message = format!("the generated code cannot be written: {error}");
    let help = "the build script writes to OUT_DIR, or to the folder in `out_dir`";
    Error::of_file(Rule::UnwritableFile, &escaped(&shown), message, help)
}

/// The error for two schemas with one output (D40).
///
/// Without it, a module would contain the types of another workspace.
fn two_schemas(output: &Path, first: &Path, second: &Path) -> Error {
    let current_folder = fs::canonicalize(".").unwrap_or_default();
    let first = first.strip_prefix(&current_folder).unwrap_or(first).to_string_lossy();
    let shown = second.to_string_lossy();
    let file = output.file_name().unwrap_or_default().to_string_lossy();
    let message = format!(
        "`{}` and `{}` would both be written to `{}`",
        escaped(&first),
        escaped(&shown),
        escaped(&file)
    );
    let name = another_name(output, second);
    let help = format!(
        "give each schema its own name: \
         `Config::new().module_name({name:?}).compile({shown:?})` in the build script, and \
         `include_workspace!({name:?})` in the module that uses it"
    );
    Error::of_file(Rule::TwoSchemasInOneFile, &escaped(&shown), message, help)
}

/// A name for the second schema: of its folder, of its file, or the taken name with `_2`.
fn another_name(output: &Path, schema: &Path) -> String {
    let folder = schema.parent().and_then(Path::file_name);
    let candidates = [folder, schema.file_stem()].into_iter().flatten();
    let taken = stem(output);
    let plain = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let free = |name: &String| plain(name) && *name != taken && name != "schema";
    let mut candidates = candidates.map(|name| name.to_string_lossy().into_owned()).filter(free);
    candidates.next().unwrap_or_else(|| format!("{taken}_2"))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    const CODE: &str =
        "// @generated by telecrm-codegen from workspace.yaml.\n\npub struct Lead;\n";

    /// An `OUT_DIR` to which several runs of a build script write.
    struct OutDir {
        folder: tempfile::TempDir,
    }

    impl OutDir {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().expect("a folder for the test") }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        /// Simulates a run that writes these names.
        fn run(&self, names: &[&str]) -> Written {
            let mut written = Written::new();
            for name in names {
                self.write(&mut written, name, name).expect("the folder is writable");
            }
            written
        }

        fn write(&self, written: &mut Written, name: &str, schema: &str) -> Result<(), Error> {
            let path = self.path(&format!("{name}.rs"));
            let schema = self.path(&format!("{schema}.yaml"));
            let output = Output { path: &path, schema: &schema, code: CODE };
            written.write(&output, Some(self.folder.path()))
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.path(name)).expect("the file exists")
        }

        fn modified(&self, name: &str) -> SystemTime {
            let metadata = fs::metadata(self.path(name)).expect("the file exists");
            metadata.modified().expect("the file system keeps times")
        }

        /// Sets the modification time to that of an earlier build.
        fn age(&self, name: &str) {
            let file =
                fs::File::options().write(true).open(self.path(name)).expect("the file exists");
            file.set_modified(SystemTime::UNIX_EPOCH).expect("the file system keeps times");
        }
    }

    #[test]
    fn leftover_file_fails_to_compile_and_lists_the_current_names() {
        let out = OutDir::new();
        out.run(&["workspace"]);
        out.run(&["telecrm", "acme"]);
        let stub = out.read("workspace.rs");
        assert!(stub.contains("compile_error!"), "{stub}");
        for name in ["acme", "telecrm"] {
            assert!(stub.contains(&format!("`include_workspace!(\\\"{name}\\\")`")), "{stub}");
        }
        syn::parse_file(&stub).expect("a stub is valid Rust");
        assert_eq!(out.read("telecrm.rs"), CODE);
    }

    #[test]
    fn file_that_is_written_later_in_a_run_keeps_its_modification_time() {
        let out = OutDir::new();
        out.run(&["a", "b"]);
        out.age("a.rs");
        out.age("b.rs");
        out.run(&["b", "a"]);
        for name in ["a.rs", "b.rs"] {
            assert_eq!(out.read(name), CODE);
            assert_eq!(out.modified(name), SystemTime::UNIX_EPOCH, "{name} was written again");
        }
    }

    #[test]
    fn file_is_restored_after_runs_without_it() {
        let out = OutDir::new();
        out.run(&["a", "b"]);
        out.age("b.rs");
        out.run(&["a"]);
        out.run(&["a"]);
        assert!(out.read("b.rs").contains("compile_error!"));
        out.run(&["a", "b"]);
        assert_eq!(out.read("b.rs"), CODE);
        assert_eq!(out.modified("b.rs"), SystemTime::UNIX_EPOCH);
    }

    #[test]
    fn stub_without_an_earlier_file_is_replaced() {
        let out = OutDir::new();
        out.run(&["a", "b"]);
        out.run(&["a"]);
        fs::remove_file(out.path("b.rs.earlier")).expect("the earlier file was set aside");
        out.run(&["a", "b"]);
        assert_eq!(out.read("b.rs"), CODE);
    }

    #[test]
    fn files_of_other_programs_and_folders_are_unchanged() {
        let out = OutDir::new();
        fs::write(out.path("bindings.rs"), "// @generated by another program\n").expect("writable");
        fs::create_dir(out.path("folder.rs")).expect("writable");
        out.run(&["a"]);
        assert_eq!(out.read("bindings.rs"), "// @generated by another program\n");
        // A folder outside of `OUT_DIR` may contain files of another build script.
        let mut written = Written::new();
        let (path, schema) = (out.path("b.rs"), out.path("b.yaml"));
        let output = Output { path: &path, schema: &schema, code: CODE };
        written.write(&output, None).expect("writable");
        assert_eq!(out.read("a.rs"), CODE);
    }

    #[test]
    fn d40_two_schemas_in_one_file_are_an_error_with_both_paths() {
        let out = OutDir::new();
        for folder in ["acme", "globex"] {
            fs::create_dir(out.path(folder)).expect("writable");
            fs::write(out.path(&format!("{folder}/workspace.yaml")), "").expect("writable");
        }
        let mut written = Written::new();
        out.write(&mut written, "workspace", "acme/workspace").expect("the first schema");
        out.write(&mut written, "workspace", "acme/../acme/workspace")
            .expect("the same schema again");
        let error = out.write(&mut written, "workspace", "globex/workspace");
        let error = error.expect_err("two schemas").to_string();
        for part in [
            "acme/workspace.yaml` and `",
            "globex/workspace.yaml` would both be written to `workspace.rs`",
            "`Config::new().module_name(\"globex\").compile(",
            "`include_workspace!(\"globex\")`",
        ] {
            assert!(error.contains(part), "{error}");
        }
        out.write(&mut written, "globex", "globex/workspace").expect("the suggested name is free");
    }

    #[test]
    fn every_stub_is_valid_rust() {
        for name in ["a\"b", "a\nb", "*/", "{}", "\u{202E}", "हाँ"] {
            let stub = stub(name, &BTreeSet::from([name.to_owned()]));
            syn::parse_file(&stub).unwrap_or_else(|error| panic!("{error}: {stub}"));
        }
    }
}
