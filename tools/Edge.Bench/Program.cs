using System.Text;
using Edge.Bench;

// Files and pipes get UTF-8 whatever the locale says.
var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true };
using var error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true };
return new BenchProgram(InspectorSubject.Open, output, error).Run(args);
