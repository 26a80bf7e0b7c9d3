//! `chromedriver` process that leaves no process running.

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
};

use tempfile::TempDir;

use crate::MAX_WAIT;

/// Waits until its standard input is closed, then kills a process group.
const REAPER: &str = "read -r _; kill -s KILL -- \"-$1\"";

/// `chromedriver`, with the Chromium that it starts.
///
/// A killed driver leaves its Chromium running, and a killed test runs no destructors. A small shell
/// therefore ends both: its standard input closes when the process of the test ends for any reason.
pub(crate) struct Driver {
    /// The URL of the driver.
    pub(crate) url: String,
    process: Child,
    reaper: Child,
    /// Chromium's profile, which a killed Chromium does not remove.
    _folder: TempDir,
}

impl Driver {
    /// Starts a driver.
    ///
    /// A driver ends immediately if another process takes the port that it has chosen, so a second and a
    /// third start follow.
    pub(crate) fn start() -> Self {
        let mut starts = (0..3).filter_map(|_| Self::start_once());
        starts.next().expect("chromedriver prints its port")
    }

    /// Returns `None` if the driver ends before it prints its port.
    fn start_once() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", folder.path())
            // Chromium stays in the process group of its driver.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let output = process.stdout.take().expect("a pipe");
        let reaper = Command::new("sh")
            .args(["-c", REAPER, "sh", &process.id().to_string()])
            // Ctrl-C in a terminal must end the test before the shell.
            .process_group(0)
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut driver = Self { url: String::new(), process, reaper, _folder: folder };

        let (sender, port) = mpsc::channel();
        // A full pipe would block the driver, so all of its output is read.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // "ChromeDriver was started successfully on port 40123."
                if let Some((_, port)) = line.split_once("successfully on port ") {
                    let _ = sender.send(port.trim_end_matches('.').to_owned());
                }
            }
        });
        let port = port.recv_timeout(MAX_WAIT).ok()?;
        driver.url = format!("http://127.0.0.1:{port}");
        Some(driver)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // `wait` closes the standard input.
        let _ = self.reaper.wait();
        // Ends the driver if the shell has already ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Read as _, net::TcpStream};

    use crate::Browser;

    #[tokio::test]
    async fn chromium_ends_when_its_test_is_killed() {
        let mut browser = Browser::open("about:blank").await;
        let capabilities = browser.client.capabilities().expect("a session");
        let chromium = capabilities["goog:chromeOptions"]["debuggerAddress"].as_str();
        let chromium = chromium.expect("an address");
        let mut connection = TcpStream::connect(chromium).expect("Chromium runs");

        // A killed process runs no destructors, but its end of the pipe closes.
        drop(browser.driver.reaper.stdin.take());
        // Chromium sends nothing without a request, so this call returns when its process ends.
        let received = connection.read(&mut [0]).unwrap_or(0);
        assert_eq!(received, 0, "bytes from Chromium");
    }
}
