using HarfBuzzSharp;

namespace Edge.Drawing.Typesetting;

/// <summary>A part of a line that is shaped at once.</summary>
/// <param name="Text">Its characters, in reading order.</param>
/// <param name="Face">The font that has them all.</param>
/// <param name="Script">Their script.</param>
/// <param name="Level">Even is left to right, odd right to left; a number within right-to-left text is 2.</param>
internal readonly record struct TextRun(string Text, FontFace Face, Script Script, int Level);
