#!/bin/sh
# Renders every PNG and the .ico from the SVG files in this folder.
# Needs rsvg-convert (Debian: librsvg2-bin) and convert (Debian: imagemagick).
set -eu
cd "$(dirname "$0")"
png() { rsvg-convert --width "$2" --height "$2" "$1.svg" --output "$3.png"; }
png tray 16 16x16
png tray 32 32x32
png keyhaven 64 64x64
png keyhaven 128 128x128
png keyhaven 256 128x128@2x
png keyhaven 512 icon
for tray in tray tray-due tray-locked; do
    png "$tray" 22 "$tray"
    png "$tray" 44 "$tray@2x"
done
convert 16x16.png 32x32.png 64x64.png 128x128@2x.png icon.ico
