import type { Finding } from '../doctor-checks.ts'
import { exitCode } from '../exit-code.ts'
import type { CliCommand, Host } from '../host.ts'

/** `assay doctor`: whether this machine can run assay, and what to do where it cannot. */
export const doctor: CliCommand = {
  register(program, host) {
    program
      .command('doctor')
      .description('check that this machine can run assay: Node.js, onnxruntime, its devices, memory, the store')
      .option('--json', 'print the findings as JSON')
      .addHelpText('after', '\nEnds with exit code 2 where something that is needed is not right.')
      .action((options: { readonly json?: true }) => examine(options, host))
  },
}

async function examine({ json }: { readonly json?: true }, host: Host): Promise<void> {
  const findings = await allFindings(host)
  host.stdout.write(json === true ? `${JSON.stringify(findings, null, 2)}\n` : shown(findings))
  host.setExitCode(findings.every(({ ok, needed }) => ok || !needed) ? exitCode.fine : exitCode.badInput)
}

async function allFindings(host: Host): Promise<Finding[]> {
  const [checks, { probeDevice }, { devices }, { onnxruntimeVersion }, { projectRoot }] = await Promise.all([
    import('../doctor-checks.ts'),
    import('../../engine/runtime/probe-device.ts'),
    import('../../engine/runtime/device.ts'),
    import('../../orchestrator/environment.ts'),
    import('../../orchestrator/project.ts'),
  ])
  const runtime = checks.runtimeFinding(onnxruntimeVersion())
  const tried = runtime.ok ? devices : []
  const reasons = await Promise.all(tried.map((device) => probeDevice(device)))
  return [
    checks.nodeFinding(),
    runtime,
    ...tried.map((device, i) => checks.deviceFinding(device, reasons[i])),
    ...checks.machineFindings(),
    checks.storeFinding(projectRoot(host.cwd)),
  ]
}

function shown(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length))
  const lines = findings.map(({ name, ok, needed, said, advice }) => {
    const mark = ok ? 'ok' : needed ? 'WRONG' : 'no'
    const line = `${mark.padEnd(5)}  ${name.padEnd(width)}  ${said}`
    return advice === undefined ? line : `${line}\n${' '.repeat(width + 9)}${advice}`
  })
  return `${lines.join('\n')}\n`
}
