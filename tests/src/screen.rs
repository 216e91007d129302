//! What a display shows, read from the memory it draws into: quick enough to
//! time a paint, and nothing the watched program could notice.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Bytes of a pixel, as Xvfb keeps them at a depth of 24.
const PIXEL: usize = 4;

/// One of so many rows is looked at.
const STEP: usize = 4;

/// The share of its content that a window must show to count as painted: a
/// caret or a clock may differ.
const SHOWN: f64 = 0.95;

/// The memory of a display: Xvfb's `-fbdir`, in the format of xwd.
pub struct Screen {
    memory: File,
    pixels: u64,
    stride: u64,
    height: usize,
}

/// A rectangle of the display, in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// Of its left edge.
    pub x: usize,
    /// Of its upper edge.
    pub y: usize,
    /// From left to right.
    pub width: usize,
    /// From top to bottom.
    pub height: usize,
}

/// What stood in an area, without what is flat: each pixel that differs from the one before,
/// so that a coloured side does not count for more than the text in it.
pub struct Content {
    area: Area,
    /// By place in the rows that are looked at.
    pixels: Vec<(usize, [u8; PIXEL])>,
}

impl Screen {
    pub(crate) fn open(folder: &Path) -> Self {
        let memory = File::open(folder.join("Xvfb_screen0")).expect("the display's memory");
        // Numbers of the header (X11/XWDFile.h), by their index.
        let number = |index: u64| {
            let mut bytes = [0; 4];
            memory
                .read_exact_at(&mut bytes, index * 4)
                .expect("a header of xwd");
            u64::from(u32::from_be_bytes(bytes))
        };
        let (header, height) = (number(0), number(5) as usize);
        let (bits, stride, colours) = (number(11), number(12), number(19));
        assert_eq!(bits as usize, PIXEL * 8, "bits of a pixel");
        // An entry of the colour map has 12 bytes.
        let pixels = header + colours * 12;
        Self {
            memory,
            pixels,
            stride,
            height,
        }
    }

    /// What an area shows now.
    ///
    /// # Panics
    /// When it shows one colour only.
    pub fn content(&self, area: Area) -> Content {
        let shown = self.rows(area);
        let after = shown.iter().enumerate().skip(1);
        let pixels: Vec<_> = after
            .filter(|(at, pixel)| shown[at - 1] != **pixel)
            .map(|(at, pixel)| (at, *pixel))
            .collect();
        assert!(!pixels.is_empty(), "{area:?} shows nothing");
        Content { area, pixels }
    }

    /// Whether that content is on the display.
    pub fn shows(&self, content: &Content) -> bool {
        let shown = self.rows(content.area);
        let same = content
            .pixels
            .iter()
            .filter(|(at, pixel)| shown[*at] == *pixel);
        same.count() as f64 >= SHOWN * content.pixels.len() as f64
    }

    /// Whether an area shows one colour only.
    pub fn is_plain(&self, area: Area) -> bool {
        let shown = self.rows(area);
        shown.iter().all(|pixel| *pixel == shown[0])
    }

    /// Every pixel of the display now.
    ///
    /// # Panics
    /// When its memory is gone.
    pub fn everything(&self) -> Vec<u8> {
        let mut pixels = vec![0; self.stride as usize * self.height];
        self.memory
            .read_exact_at(&mut pixels, self.pixels)
            .expect("the whole display");
        pixels
    }

    /// What of the area lies on the display.
    fn rows(&self, area: Area) -> Vec<[u8; PIXEL]> {
        let width = area.width.min(self.stride as usize / PIXEL - area.x);
        let height = area.height.min(self.height - area.y);
        let area = Area {
            width,
            height,
            ..area
        };
        let mut rows = Vec::with_capacity(area.width * area.height.div_ceil(STEP));
        let mut row = vec![0; area.width * PIXEL];
        for y in (area.y..area.y + area.height).step_by(STEP) {
            let at = self.pixels + y as u64 * self.stride + (area.x * PIXEL) as u64;
            self.memory
                .read_exact_at(&mut row, at)
                .expect("an area within the display");
            rows.extend(row.as_chunks::<PIXEL>().0);
        }
        rows
    }
}

pub(crate) fn folder(path: &Path) -> &Path {
    fs::create_dir_all(path).expect("a folder for the display's memory");
    path
}
